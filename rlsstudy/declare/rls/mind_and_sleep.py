"""Depression, anxiety, stress, and the habits of sleep.

History and present state are two things. Depression, anxiety, stress and usual sleep are the state before RLS and
can act on it. PHQ-9, GAD-7 and present sleep also answer to RLS, and act on nothing that leads to it: adjusting
for them takes away part of what RLS does. Stress, regular hours, shift work and evening exercise answer to RLS in
life as well; that part is unknown and left out.
"""

from rlsstudy.declare.equations import Bernoulli, Cause, Count, Normal
from rlsstudy.declare.kinds import NO_YES, Domain, Evidence, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.rls.gaps import NOT_RETURNED, SKIPPED
from rlsstudy.declare.variable import Variable

_CASES = ("rls_case", "yes")
_ASKED = (NOT_RETURNED, SKIPPED)


def _answer(name: str, label: str, equation: Bernoulli, source: str, code: str = "") -> Variable:
    """Declare a yes or no answer in the questionnaire."""
    return Variable(
        name=name,
        label=label,
        domain=Domain.LIFESTYLE,
        kind=Kind.BINARY,
        levels=NO_YES,
        missing=_ASKED,
        equation=equation,
        code=code,
        source=source,
    )


# --- mood and stress ----------------------------------------------------------------------------

DEPRESSION = _answer(
    "depression",
    "Depression before RLS",
    Bernoulli(
        target=0.14,
        terms=(
            assumed("sex", 0.5, "women more often, a log odds of 0.5"),
            assumed("income_quintile", -0.14, "a log odds of 0.2 per SD of social position"),
            Cause(
                "smoking",
                (("former", 0.1), ("current", 0.25)),
                Evidence.ASSUMED,
                "assumed: a log odds of 0.25 in current smokers",
            ),
        ),
    ),
    "assumed: 14 % have ever had it diagnosed",
)

ANXIETY = _answer(
    "anxiety",
    "Anxiety disorder before RLS",
    Bernoulli(
        target=0.12,
        terms=(
            assumed("sex", 0.5, "women more often"),
            assumed("age", -0.1, "older people report less"),
            assumed("depression", 1.6, "the two come together"),
        ),
    ),
    "assumed: 12 % have ever had it diagnosed",
)

PERCEIVED_STRESS = Variable(
    name="perceived_stress",
    label="Perceived stress score",
    domain=Domain.LIFESTYLE,
    kind=Kind.INTEGER,
    unit="points",
    limits=(0, 40),
    resolution=1,
    contrast=(13, 20),
    missing=_ASKED,
    equation=Normal(
        target=14.8,
        sd=5.9,
        terms=(
            assumed("sex", 1.3, "women report more"),
            assumed("age", -0.6, "older people report less"),
            assumed("income_quintile", -0.6, "the better off report less"),
            assumed("depression", 3.5, "half an SD"),
            assumed("anxiety", 3.5, "half an SD"),
        ),
    ),
    source="assumed: ten-item scale, mean 15, SD 6.5",
)


def _mood_score(name: str, label: str, highest: int, equation: Count, code: str, source: str) -> Variable:
    """Declare a score of the last two weeks, which those with a high one more often decline to give."""
    declined = MissingReason(
        "declined",
        0.05,
        causes=(assumed(name, 0.5, "who feels worse answers less, a log odds of 0.5 for five points"),),
    )
    return Variable(
        name=name,
        label=label,
        domain=Domain.LIFESTYLE,
        kind=Kind.INTEGER,
        unit="points",
        limits=(0, highest),
        contrast=(5, 10),
        missing=(NOT_RETURNED, declined),
        equation=equation,
        code=code,
        source=source,
    )


MOOD_STATE = Variable(
    name="mood_state",
    label="Low mood of the last two weeks",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="SD",
    contrast=(0, 1),
    measured=False,
    equation=Normal(baseline=0, sd=1),
    source="assumed: what PHQ-9 and GAD-7 share beyond history, stress and RLS; a correlation of the two near 0.6",
)

PHQ9 = _mood_score(
    "phq9",
    "Depressive symptoms now, PHQ-9",
    27,
    Count(
        target=3.5,
        dispersion=0.15,
        terms=(
            assumed("mood_state", 0.6, "most of what varies from week to week"),
            assumed("depression", 0.7, "twice the score"),
            assumed("anxiety", 0.3, "a third more"),
            assumed("perceived_stress", 0.35, "four tenths more per SD"),
            Cause(
                "rls_case",
                0.05,
                Evidence.MODERATE,
                "derived: Li 2012, Am J Epidemiol 176:279, 1.5 times the risk of new depression; this and severity together "
                "bring 1.5 times as many to 10 points or more",
            ),
            assumed(
                "rls_severity",
                0.41,
                "a correlation with severity near 0.35 in people with RLS",
                only_at=_CASES,
            ),
            assumed("sleep_efficiency", 0.06, "a tenth of the effect of RLS goes by way of broken sleep"),
        ),
    ),
    "LOINC 44261-6",
    "assumed: negative binomial, mean 3.5",
)

GAD7 = _mood_score(
    "gad7",
    "Anxiety symptoms now, GAD-7",
    21,
    Count(
        target=3.0,
        dispersion=0.15,
        terms=(
            assumed("mood_state", 0.6, "most of what varies from week to week"),
            assumed("anxiety", 0.7, "twice the score"),
            assumed("depression", 0.3, "a third more"),
            assumed("perceived_stress", 0.4, "half more per SD"),
            assumed("rls_case", 0.15, "somewhat less than on depressive symptoms"),
            assumed("rls_severity", 0.3, "somewhat less than on depressive symptoms", only_at=_CASES),
        ),
    ),
    "LOINC 70274-6",
    "assumed: negative binomial, mean 3",
)

# --- sleep --------------------------------------------------------------------------------------

SHIFT_WORK = _answer(
    "shift_work",
    "Shift work",
    Bernoulli(
        target=0.17,
        among=("employed", "yes"),
        terms=(
            assumed("age", -0.15, "the young work shifts more often"),
            assumed("income_quintile", -0.2, "the better paid work shifts less often"),
        ),
    ),
    "assumed: 17 % of the employed; nobody else by definition",
)

EVENING_EXERCISE = _answer(
    "evening_exercise",
    "Exercise within three hours of bedtime",
    Bernoulli(
        target=0.18,
        terms=(
            assumed("activity_true", 0.4, "who exercises more does so at any hour more often"),
            assumed("age", -0.2, "the young exercise later"),
            assumed("employed", 0.4, "who works has the evening for it"),
        ),
    ),
    "assumed: 18 %",
)

USUAL_SLEEP = Variable(
    name="usual_sleep",
    label="Sleep before RLS, usual",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="h/night",
    limits=(2, 13),
    contrast=(6, 7),
    measured=False,
    equation=Normal(
        target=6.9,
        sd=0.97,
        terms=(
            assumed("age", -0.05, "older people sleep a little less"),
            assumed("shift_work", -0.4, "shift workers sleep less"),
            assumed("depression", -0.1, "short and long sleep both occur"),
            assumed("perceived_stress", -0.2, "a fifth of an SD per SD of stress"),
        ),
    ),
    source="assumed: mean 6.9, SD 1.0",
)

SLEEP_HOURS = Variable(
    name="sleep_hours",
    label="Sleep now, reported",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="h/night",
    limits=(1, 16),
    resolution=0.5,
    contrast=(6, 7),
    missing=_ASKED,
    stands_for=("usual_sleep", 6, 7),
    other_units=(("min/night", 1 / 60),),
    equation=Normal(
        target=6.9,
        sd=0.43,
        terms=(
            assumed("usual_sleep", 1.0, "the habit, reported with an error of SD 0.43 h"),
            Cause(
                "rls_case",
                -0.25,
                Evidence.WEAK,
                "derived: a quarter of an SD, from an odds ratio of 1.57 (1.02 to 2.40) for short sleep in 2,095 Saudi adults",
            ),
            assumed("rls_severity", -0.385, "0.35 SD per SD of severity", only_at=_CASES),
        ),
    ),
    source="assumed: mean 6.9, SD 1.1",
)

SLEEP_REGULAR = _answer(
    "sleep_regular",
    "Regular bedtime, within an hour",
    Bernoulli(
        target=0.65,
        terms=(
            assumed("shift_work", -1.3, "shifts change the hours"),
            assumed("age", 0.2, "older people keep regular hours"),
            assumed("perceived_stress", -0.2, "stress disturbs the hours"),
        ),
    ),
    "assumed: 65 %",
)

VARIABLES = (
    DEPRESSION,
    ANXIETY,
    PERCEIVED_STRESS,
    MOOD_STATE,
    PHQ9,
    GAD7,
    SHIFT_WORK,
    EVENING_EXERCISE,
    USUAL_SLEEP,
    SLEEP_HOURS,
    SLEEP_REGULAR,
)
