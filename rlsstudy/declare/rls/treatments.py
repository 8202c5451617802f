"""What a trial of thirteen arms gives, and what that does to severity, in points of the IRLS.

Effects are stated against placebo in week 12, at usual adherence, and turned into standard deviations of
latent severity by `POINTS_PER_SD`. An effect rises to its height as 1 - exp(-weeks / time).

Venous ablation and endovascular treatment do nothing by default, because no controlled trial of them is known.
Open-label arms keep the whole placebo response; people without treatment have none.
"""

from math import exp

from rlsstudy.declare.equations import Bernoulli, Categorical, Cause, Condition, Equation, Normal, RuleOf
from rlsstudy.declare.kinds import NO_YES, Domain, Evidence, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.variable import Variable

_STATED_AT = 12  # the week for which effects are stated

# What one SD of severity is in IRLS points: where people are under placebo, and where the placebo response begins.
POINTS_PER_SD = 8.5
_PLACEBO_POINTS_PER_SD = 9.3
PLACEBO_POINTS = 4.4  # 6.6 in all, of which 2.2 are regression to the mean
_PLACEBO_SD = 0.7  # SD of severity, between people; gives the SD of change of placebo arms, 8 to 10 points
_PLACEBO_WEEKS = 2.5

ARMS = (
    "placebo",
    "oral iron",
    "intravenous iron",
    "venous ablation",
    "endovascular treatment",
    "compression",
    "exercise",
    "sleep hygiene",
    "stress management",
    "dopamine agonist",
    "alpha-2-delta ligand",
    "neurostimulation",
    "open label no treatment",
)
_ONCE = ("intravenous iron", "venous ablation", "endovascular treatment")
_UNTREATED = "open label no treatment"
_BLINDED = (
    "placebo",
    "oral iron",
    "intravenous iron",
    "dopamine agonist",
    "alpha-2-delta ligand",
    "neurostimulation",
)
USUAL_ADHERENCE = 85

_IV_IRON_PER_DOUBLING, _IV_IRON_NONE_ABOVE = 1.4, 300.0
_ORAL_IRON_PER_DOUBLING, _ORAL_IRON_NONE_ABOVE = 1.35, 150.0
_NO_LOWER_IRON = 10.0  # µg/L, below which the effect does not grow further
_DOUBLINGS_FROM_50 = {_IV_IRON_NONE_ABOVE: 2.584963, _ORAL_IRON_NONE_ABOVE: 1.584963}
_GENE_POINTS = 0.4  # an allele
_MEAN_DOSE = 1.5  # of the BTBD9 risk allele


def yes_no(name: str, label: str, equation: Equation, source: str, **settings: object) -> Variable:
    """Return a variable with the levels no and yes."""
    return treatment_variable(name, label, Kind.BINARY, equation, source, levels=NO_YES, **settings)


def treatment_variable(
    name: str, label: str, kind: Kind, equation: Equation, source: str, **settings: object
) -> Variable:
    """Return a variable of the domain of treatment, if no other is given."""
    return Variable(
        name=name,
        label=label,
        kind=kind,
        equation=equation,
        source=source,
        **{"domain": Domain.TREATMENT, **settings},  # type: ignore[arg-type]
    )


def _in_arms(*arms: str) -> RuleOf:
    """Say yes in these arms."""
    codes = [ARMS.index(arm) for arm in arms]
    return RuleOf(any_of=tuple((Condition(variable="arm", at_least=c, below=c + 1),) for c in codes))


# --- arms, adherence, placebo response, adverse events --------------------------------------------

ARM = treatment_variable(
    "arm",
    "Trial arm",
    Kind.CATEGORICAL,
    Categorical(shares=(1 / len(ARMS),) * len(ARMS)),
    "by definition: drawn by lot, in equal shares",
    levels=ARMS,
)
OPEN_LABEL = yes_no(
    "open_label",
    "Knows what the treatment is",
    _in_arms(*(arm for arm in ARMS if arm not in _BLINDED)),
    "by definition: arms for which no sham is given",
)
CONTINUED = yes_no(
    "continued_treatment",
    "Treatment that has to be continued",
    _in_arms(*(arm for arm in ARMS if arm not in (*_ONCE, _UNTREATED))),
    "by definition: not given once, and not absent",
)
EXPECTS_BENEFIT = yes_no(
    "expects_benefit",
    "Believes to be treated, perhaps",
    _in_arms(*(arm for arm in ARMS if arm != _UNTREATED)),
    "by definition: every arm but that without treatment, blinded or not",
    measured=False,
)
PLACEBO_RESPONSE = treatment_variable(
    "placebo_response",
    "Placebo response",
    Kind.CONTINUOUS,
    Normal(
        baseline=PLACEBO_POINTS / _PLACEBO_POINTS_PER_SD, sd=_PLACEBO_SD, among=("expects_benefit", "yes")
    ),
    "derived: Silva 2017, doi 10.1212/WNL.0000000000004004, 6.6 points in all, less 2.2 of regression to the mean; "
    "spread from the SD of change in placebo arms, 8.7 to 10.5",
    unit="SD",
    contrast=(0, 1),
    measured=False,
    evidence=Evidence.MODERATE,
)
ADVERSE_EVENT = yes_no(
    "adverse_event",
    "Adverse event in the first four weeks",
    Bernoulli(
        baseline=0.44,
        terms=(
            Cause(
                "arm",
                (
                    ("oral iron", 0.2),
                    ("intravenous iron", 0.1),
                    ("venous ablation", 0.1),
                    ("endovascular treatment", 0.2),
                    ("compression", -0.6),
                    ("exercise", -0.6),
                    ("sleep hygiene", -1.2),
                    ("stress management", -1.2),
                    ("alpha-2-delta ligand", 0.6),
                    ("neurostimulation", -0.3),
                    (_UNTREATED, -1.4),
                ),
                Evidence.ASSUMED,
                "assumed: drugs more than placebo, training and advice less",
            ),
            Cause(
                "arm",
                (("dopamine agonist", 0.6),),
                Evidence.MODERATE,
                "Scholz, Cochrane CD006009: 1.82 for leaving because of an adverse event, taken for having one",
            ),
            assumed("depression", 0.2, "the depressed report more"),
        ),
    ),
    "derived: Silva 2017, doi 10.1212/WNL.0000000000004004, 45.4 % under placebo; here without depression",
    evidence=Evidence.MODERATE,
)
ADHERENCE = treatment_variable(
    "adherence",
    "Adherence to the treatment",
    Kind.CONTINUOUS,
    Normal(
        baseline=94,
        sd=14,
        terms=(
            assumed("adverse_event", -5, "those with an adverse event take or do less of it"),
            assumed("depression", -4, "the depressed adhere less"),
        ),
    ),
    "assumed: mean 85 % of what was prescribed",
    unit="%",
    limits=(0, 100),
    resolution=1,
    contrast=(0, USUAL_ADHERENCE),
    missing=(MissingReason("not recorded by the participant", 0.03),),
    applies_to="continued_treatment",
)
AUGMENTATION = yes_no(
    "augmentation_w52",
    "Augmentation by week 52",
    Bernoulli(
        baseline=0.08,
        among=("arm", "dopamine agonist"),
        terms=(
            Cause(
                "body_iron",
                -0.25,
                Evidence.ASSUMED,
                "assumed: a quarter less a doubling; Frauscher 2009 found the lowest ferritin in augmentation",
            ),
        ),
    ),
    "assumed: eight in a hundred in a year on a dopamine agonist, none otherwise",
)

# --- what treatments do ---------------------------------------------------------------------------


def _risen(week: int, tau: float) -> float:
    """Return the share of an effect that is there in a week, of that in the week for which it is stated."""
    return (1 - exp(-week / tau)) / (1 - exp(-_STATED_AT / tau))


def _effect(arm: str, points: float, grade: tuple[Evidence, str], week: int, tau: float) -> Cause:
    """Return what an arm does to severity in a week, by the points that it takes from the IRLS in week 12."""
    size = -points / POINTS_PER_SD * _risen(week, tau)
    evidence, source = grade
    times = "" if arm in _ONCE else "adherence"
    return Cause("arm", ((arm, round(size, 6)),), evidence, source, times=times)


_ASSUMED = Evidence.ASSUMED
# points against placebo in week 12, weeks in which 63 % of the effect are there, who says so
_EFFECTS: tuple[tuple[str, float, float, Evidence, str], ...] = (
    (
        "dopamine agonist",
        5.7 - _GENE_POINTS * _MEAN_DOSE,
        1.5,
        Evidence.STRONG,
        "derived: Scholz, Cochrane CD006009, 35 trials, 5.7 (4.7 to 6.7), less what the BTBD9 term adds on average",
    ),
    (
        "alpha-2-delta ligand",
        4.5,
        2,
        Evidence.MODERATE,
        "Allen 2014, N Engl J Med 370:621: 4.5 points, pregabalin against placebo in week 12",
    ),
    (
        "oral iron",
        _ORAL_IRON_PER_DOUBLING * _DOUBLINGS_FROM_50[_ORAL_IRON_NONE_ABOVE],
        8,
        _ASSUMED,
        "assumed: 3 points at ferritin below 75, slower than an infusion; here at 50 µg/L",
    ),
    (
        "intravenous iron",
        _IV_IRON_PER_DOUBLING * _DOUBLINGS_FROM_50[_IV_IRON_NONE_ABOVE],
        6,
        Evidence.MODERATE,
        "derived: Trenkwalder 2017, 2.5 points in week 4 and 4.7 in week 12 at ferritin below 75; Trotti 2019, "
        "PMID 30609006, 3.8 in all; here at 50 µg/L",
    ),
    (
        "compression",
        4,
        3,
        _ASSUMED,
        "assumed: 4; in Lettieri 2009, Chest 135:74, better than sham, by how much was not read",
    ),
    ("exercise", 7.5, 4, _ASSUMED, "assumed: 7.5, after Aukerman 2006, whose means were not read again"),
    (
        "neurostimulation",
        3.4,
        2,
        Evidence.WEAK,
        "derived: Buchfuhrer 2021, crossover of 37, 6.81 less 3.38 under sham",
    ),
    ("sleep hygiene", 1, 4, _ASSUMED, "assumed: small; no controlled estimate is known"),
    ("stress management", 1, 4, _ASSUMED, "assumed: small; no controlled estimate is known"),
)
_NO_TRIAL = "no sham-controlled trial is known; Hayes 2008, Sundaresan 2019 and Dezube 2021 were neither randomised nor blinded"
_ABLATION_POINTS = 5.3
_ABLATION_WEEKS = 2


def _iron_terms(week: int) -> tuple[Cause, ...]:
    """Return how the effect of iron depends on the stores: the fuller, the smaller, and none above a height."""
    full_iv = _risen(week, 6) / POINTS_PER_SD
    full_oral = _risen(week, 8) / POINTS_PER_SD
    response = "assumed: fits 4.7 points at ferritin below 75 and none above"
    in_anaemia = "assumed: part of the 14.8 points of Bae 2021, a trial of 29 people with anaemia"
    iv, oral = ("arm", "intravenous iron"), ("arm", "oral iron")
    return (
        Cause(
            "body_iron",
            round(_IV_IRON_PER_DOUBLING * full_iv, 6),
            _ASSUMED,
            f"{response} 300 µg/L",
            acts_between=(_NO_LOWER_IRON, _IV_IRON_NONE_ABOVE),
            only_at=iv,
        ),
        Cause(
            "body_iron",
            round(_ORAL_IRON_PER_DOUBLING * full_oral, 6),
            _ASSUMED,
            "assumed: 3 points at ferritin below 75 and none above 150 µg/L",
            acts_between=(_NO_LOWER_IRON, _ORAL_IRON_NONE_ABOVE),
            only_at=oral,
            times="adherence",
        ),
        Cause("ida_state", round(-5 * full_iv, 6), _ASSUMED, in_anaemia, only_at=iv),
        Cause("ida_state", round(-2 * full_oral, 6), _ASSUMED, in_anaemia, only_at=oral, times="adherence"),
    )


def treatment_terms(week: int) -> tuple[Cause, ...]:
    """Return everything that treatments do to severity in a week."""
    effects = (_effect(arm, points, (grade, who), week, tau) for arm, points, tau, grade, who in _EFFECTS)
    gene = Cause(
        "btbd9_rs9357271_dose",
        round(-_GENE_POINTS / POINTS_PER_SD * _risen(week, 1.5), 6),
        _ASSUMED,
        "assumed: 0.4 points an allele, an effect modification to be found; none is established",
        only_at=("arm", "dopamine agonist"),
        times="adherence",
    )
    none = Cause(
        "arm",
        (("venous ablation", 0.0), ("endovascular treatment", 0.0)),
        Evidence.CONTESTED,
        _NO_TRIAL,
    )
    return (*effects, *_iron_terms(week), gene, none)


def placebo_effect(week: int) -> Cause:
    """Return what the placebo response does to severity in a week."""
    return Cause(
        "placebo_response",
        round(-(1 - exp(-week / _PLACEBO_WEEKS)), 6),
        Evidence.ASSUMED,
        "assumed: it rises to its height with a time of 2.5 weeks",
    )


def ablation_effect(week: int) -> Cause:
    """Return what venous ablation does to severity in a week where it is declared to work: in people with reflux."""
    return Cause(
        "arm",
        (("venous ablation", round(-_ABLATION_POINTS / POINTS_PER_SD * _risen(week, _ABLATION_WEEKS), 6)),),
        Evidence.ASSUMED,
        "assumed for this scenario: what is left of the 11.9 points of Sundaresan 2019 after 6.6 that come without an effect",
        only_at=("venous_reflux", "yes"),
    )
