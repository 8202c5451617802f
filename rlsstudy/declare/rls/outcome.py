"""Having RLS and how severe it is: two parts with their own causes.

Sizes on having RLS are log odds ratios. Those on severity are in standard deviations among people with RLS in the community; where
nothing is known of severity they are 0.6 of the effect on the latent scale of having RLS. The two parts share unmeasured
causes by name (brain iron, true activity, sleep before RLS) and nothing hidden; the scenario ``shared_errors`` adds that.

What RLS does to sleep, mood, activity and treatment is declared with those variables. None of them is a cause here, and
the drugs given for RLS are not either: a history stands for the time before, a present state for the time after.
"""

from rlsstudy.declare.equations import Bernoulli, Cause, Normal
from rlsstudy.declare.kinds import NO_YES, Domain, Evidence, Kind
from rlsstudy.declare.rls.outcome_causes import CAUSES_OF_RLS, CAUSES_OF_SEVERITY
from rlsstudy.declare.variable import Variable

RLS_CASE = Variable(
    name="rls_case",
    label="Restless legs syndrome",
    domain=Domain.OUTCOME,
    kind=Kind.BINARY,
    levels=NO_YES,
    code="SNOMED CT 32914008",
    equation=Bernoulli(target=0.076, terms=CAUSES_OF_RLS),
    source="Song 2024, J Glob Health 14:04113: 7.6 % of European adults; 3 % by the stricter J Sleep Res 2023;32(3)",
    evidence=Evidence.MODERATE,
)

SEVERITY = Variable(
    name="rls_severity",
    label="Severity of RLS, latent",
    domain=Domain.OUTCOME,
    kind=Kind.CONTINUOUS,
    unit="SD",
    contrast=(0, 1),
    measured=False,
    equation=Normal(target=0, target_among=("rls_case", "yes"), sd=0.93, terms=CAUSES_OF_SEVERITY),
    source="by definition: mean 0 and SD about 1 among people with RLS in the community",
)


def _of_cases(
    name: str, label: str, levels: tuple[str, ...], share: float, size: float, source: str
) -> Variable:
    return Variable(
        name=name,
        label=label,
        domain=Domain.OUTCOME,
        kind=Kind.BINARY,
        levels=levels,
        applies_to="rls_case",
        equation=Bernoulli(
            target=share,
            target_among=("rls_case", "yes"),
            terms=(Cause("rls_severity", size, Evidence.ASSUMED, "assumed: the severe have it more often"),),
        ),
        source=source,
    )


COURSE = _of_cases(
    "rls_course",
    "Course of RLS",
    ("intermittent", "chronic and persistent"),
    0.6,
    1.2,
    "assumed: symptoms twice a week or more in three of five",
)
SIGNIFICANT = Variable(
    name="rls_significant",
    label="Clinically significant RLS",
    domain=Domain.OUTCOME,
    kind=Kind.BINARY,
    levels=NO_YES,
    applies_to="rls_case",
    equation=Bernoulli(
        target=0.6,
        among=("rls_course", COURSE.levels[-1]),
        terms=(
            Cause("rls_severity", 1.8, Evidence.ASSUMED, "assumed: six times the odds per SD of severity"),
        ),
    ),
    source="derived: Allen 2005, PMID 15956009: 2.7 % of adults with at least moderate distress twice a week or more, 36 % of "
    "those with RLS and 60 % of those with a chronic course",
    evidence=Evidence.MODERATE,
)

VARIABLES = (RLS_CASE, SEVERITY, COURSE, SIGNIFICANT)
