"""What a study is told about RLS: complaints that look alike, the answers to the criteria, and screening.

Whether somebody has RLS is declared with the outcome. Here are the answers that questionnaires get. People
without RLS who have another complaint of the legs answer yes more often, to several questions at once, so
that a survey's cases are in part people with varicose veins, arthritis or neuropathy.
"""

from dataclasses import replace

from rlsstudy.declare.equations import Bernoulli, Categorical, Cause, RuleOf
from rlsstudy.declare.kinds import NO_YES, Domain, Evidence, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.rls.gaps import NOT_RETURNED, SKIPPED
from rlsstudy.declare.rules import Condition
from rlsstudy.declare.variable import Variable

_BY_QUESTIONNAIRE = (NOT_RETURNED, SKIPPED)
_WITHOUT_RLS = ("rls_case", "no")
_CONSENSUS = "Allen 2014, Sleep Med 15:860"
_FAMILY_STUDY = "Hening 2009, PMC2769267"


def _answer(
    name: str,
    label: str,
    equation: Bernoulli,
    source: str,
    evidence: Evidence = Evidence.ASSUMED,
    missing: tuple[MissingReason, ...] = _BY_QUESTIONNAIRE,
) -> Variable:
    """Return an answer of yes or no in a questionnaire."""
    return Variable(
        name=name,
        label=label,
        domain=Domain.OUTCOME,
        kind=Kind.BINARY,
        levels=NO_YES,
        missing=missing,
        equation=equation,
        source=source,
        evidence=evidence,
    )


# --- complaints that look like RLS ----------------------------------------------------------------

_LISTED = f"a mimic by {_CONSENSUS}, which gives no size"

MIMIC_COMPLAINT = _answer(
    "mimic_complaint",
    "Leg complaint that resembles RLS",
    Bernoulli(
        target=0.15,
        terms=(
            assumed("venous_disease", 0.8, f"0.8 per SD; {_LISTED}"),
            assumed("oedema", 0.9, _LISTED),
            assumed("arthritis", 0.9, _LISTED),
            assumed(
                "neuropathy",
                1.4,
                "so that a quarter with neuropathy meet four criteria, about half of them with RLS, near Hattan 2009",
            ),
            assumed("age", 0.1, "cramps are more frequent in the old"),
        ),
    ),
    "assumed: 15 % of adults",
)

_TYPES = {
    "leg cramps": 0.35,
    "venous discomfort": 0.20,
    "arthritis": 0.20,
    "positional discomfort": 0.12,
    "myalgia": 0.08,
    "foot tapping": 0.05,
}

MIMIC_TYPE = Variable(
    name="mimic_type",
    label="Kind of leg complaint",
    domain=Domain.OUTCOME,
    kind=Kind.CATEGORICAL,
    levels=tuple(_TYPES),
    missing=_BY_QUESTIONNAIRE,
    applies_to="mimic_complaint",
    equation=Categorical(
        shares=tuple(_TYPES.values()),
        target_among=("mimic_complaint", "yes"),
        by_level=(
            (
                "venous discomfort",
                (
                    assumed("venous_disease", 1.0, "the complaint of diseased veins"),
                    assumed("oedema", 0.8, "the complaint of swollen legs"),
                ),
            ),
            ("arthritis", (assumed("arthritis", 2.5, "the complaint of diseased joints"),)),
            ("foot tapping", (assumed("age", -0.2, "a habit rather of the young"),)),
        ),
    ),
    source=f"assumed: shares; the kinds are the mimics named by {_CONSENSUS}",
)

# --- the five criteria ----------------------------------------------------------------------------

_SENSITIVE = f"nearly everybody with RLS says yes, as {_FAMILY_STUDY}, took it"
_FOLLOWS = "whoever feels no urge says no to the questions about it"

CRIT1_URGE = _answer(
    "crit1_urge",
    "Criterion 1: urge to move the legs",
    Bernoulli(
        baseline=0.055,
        terms=(
            assumed("rls_case", 8.0, _SENSITIVE),
            assumed("mimic_complaint", 3.1, "56 % of those with a mimic say yes", only_at=_WITHOUT_RLS),
        ),
    ),
    "assumed: 5.5 % of those with neither RLS nor a mimic say yes",
)


def _criterion(name: str, label: str, rls: float, mimic: float) -> Variable:
    """Return a criterion asked about the urge: 5 % say yes without one, about four in five with one."""
    return _answer(
        name,
        label,
        Bernoulli(
            baseline=0.05,
            terms=(
                assumed("crit1_urge", 4.4, _FOLLOWS),
                assumed("rls_case", rls, _SENSITIVE),
                assumed(
                    "mimic_complaint", mimic, "how much the mimics resemble RLS in this", only_at=_WITHOUT_RLS
                ),
            ),
        ),
        "assumed: 5 % without and about 80 % with an urge say yes among people without RLS",
    )


CRIT2_REST = _criterion("crit2_rest", "Criterion 2: begins or worsens at rest", 3.9, 0.0)
CRIT3_RELIEF = _criterion("crit3_relief", "Criterion 3: relieved by movement", 3.9, 0.0)
CRIT4_CIRCADIAN = _criterion("crit4_circadian", "Criterion 4: worse in the evening or at night", 3.9, -0.3)

CRIT5_NO_MIMIC = _answer(
    "crit5_no_mimic",
    "Criterion 5: not explained by another condition",
    Bernoulli(
        baseline=0.97,
        terms=(
            assumed("mimic_complaint", -4.1, "35 % with a mimic alone say yes"),
            assumed("rls_case", 2.35, "85 % with RLS and a mimic say yes"),
        ),
    ),
    "assumed: 97 % of those without another complaint say yes",
)

FOUR_CRITERIA = Variable(
    name="four_criteria",
    label="Criteria 1 to 4 all met",
    domain=Domain.OUTCOME,
    kind=Kind.BINARY,
    levels=NO_YES,
    equation=RuleOf(
        any_of=(
            tuple(
                Condition(variable=criterion.name, at_least=1)
                for criterion in (CRIT1_URGE, CRIT2_REST, CRIT3_RELIEF, CRIT4_CIRCADIAN)
            ),
        )
    ),
    source=f"{_CONSENSUS}: the criteria before the fifth was added; answers give 98 % sensitivity and 93 % "
    f"specificity (84 % among relatives, {_FAMILY_STUDY})",
    evidence=Evidence.MODERATE,
)

# --- screening instruments ------------------------------------------------------------------------

_DONORS = "Allen 2009, Sleep Med 10:1097"
_THREE_QUESTIONS = "three questions in 32 people rich in mimics, doi 10.1016/j.sleep.2009.01.012"

CH_RLSQ = _answer(
    "ch_rlsq",
    "Cambridge-Hopkins questionnaire: RLS",
    Bernoulli(
        target=0.056,
        target_among=_WITHOUT_RLS,
        terms=(
            Cause(
                "rls_case",
                5.4,
                Evidence.MODERATE,
                f"derived: {_DONORS}, sensitivity 87.2 % against 3 % positive with neither RLS nor a mimic",
            ),
            assumed("mimic_complaint", 2.1, "20 % of those with a mimic are positive", only_at=_WITHOUT_RLS),
        ),
    ),
    f"{_DONORS}: sensitivity 87.2 %, specificity 94.4 %",
    Evidence.MODERATE,
)

SINGLE_QUESTION = _answer(
    "single_question",
    "Single screening question: RLS",
    Bernoulli(
        target=0.15,
        target_among=_WITHOUT_RLS,
        terms=(
            assumed("rls_case", 4.25, f"sensitivity 86 %, as of {_THREE_QUESTIONS}"),
            assumed(
                "mimic_complaint",
                2.64,
                f"55 % of those with a mimic are positive, as the specificity of {_THREE_QUESTIONS}, was 45 %",
                only_at=_WITHOUT_RLS,
            ),
        ),
    ),
    "assumed: specificity 85 % in a population, with 8 % positive of those with neither RLS nor a mimic",
    missing=(NOT_RETURNED, replace(SKIPPED, share=0.005)),
)

VARIABLES = (
    MIMIC_COMPLAINT,
    MIMIC_TYPE,
    CRIT1_URGE,
    CRIT2_REST,
    CRIT3_RELIEF,
    CRIT4_CIRCADIAN,
    CRIT5_NO_MIMIC,
    FOUR_CRITERIA,
    CH_RLSQ,
    SINGLE_QUESTION,
)
