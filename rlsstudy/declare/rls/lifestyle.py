"""Activity, smoking, alcohol, caffeine, diet and nutrients.

What came before RLS and what is found now are two things. True activity and usual caffeine are habits of years, and
can act on RLS; last week's caffeine also answers to tiredness, and acts on nothing. That severe RLS lowers activity is known
from follow-up alone, and is not declared.
"""

from dataclasses import replace

from rlsstudy.declare.equations import BandOf, Bernoulli, Categorical, Cause, Count, LogNormal, Normal
from rlsstudy.declare.kinds import NO_YES, Domain, Evidence, Kind, Scale
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.rls.gaps import ASSAY_FAILED, NO_ACCELEROMETER, NO_BLOOD, NOT_RETURNED, SKIPPED
from rlsstudy.declare.variable import Variable

_CASES = ("rls_case", "yes")
_ASKED = (NOT_RETURNED, SKIPPED)
_BLOOD = (NO_BLOOD, ASSAY_FAILED)


def _by_smoking(former: float, current: float, why: str) -> Cause:
    return Cause("smoking", (("former", former), ("current", current)), Evidence.ASSUMED, f"assumed: {why}")


# --- activity -----------------------------------------------------------------------------------

ACTIVITY_TRUE = Variable(
    name="activity_true",
    label="True physical activity",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="MET-h/week",
    limits=(0.1, 400),
    scale=Scale.LOG2,
    contrast=(10, 20),
    measured=False,
    equation=LogNormal(
        target=13.5,
        sigma=0.87,
        terms=(
            assumed("age", -0.08, "older people move less"),
            assumed("sex", -0.1, "women exercise a little less in leisure time"),
            assumed("income_quintile", 0.06, "the better off exercise more"),
        ),
    ),
    source="assumed: log-normal, median 13.5, SD of the logarithm 0.9 in all",
)

PHYSICAL_ACTIVITY = Variable(
    name="physical_activity",
    label="Physical activity, reported",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="MET-h/week",
    limits=(0.1, 400),
    resolution=0.1,
    scale=Scale.LOG2,
    contrast=(10, 20),
    missing=(NOT_RETURNED, replace(SKIPPED, share=0.04)),
    stands_for=("activity_true", 10, 20),
    other_units=(("MET-min/week", 1 / 60), ("MET-h/day", 7.0)),
    equation=LogNormal(
        target=13.5,
        sigma=0.697,
        terms=(
            assumed(
                "activity_true",
                0.438,
                "a questionnaire flattens: 0.63 of a true difference in logarithms is reported, with noise of SD "
                "0.697. Truth and report are then equally spread and correlate by 0.63, a reliability of 0.40",
            ),
        ),
    ),
    source="assumed: log-normal, median 13.5, SD of the logarithm 0.9; reliability 0.40",
)

STEPS_DAY = Variable(
    name="steps_day",
    label="Steps",
    domain=Domain.LIFESTYLE,
    kind=Kind.INTEGER,
    unit="steps/day",
    limits=(100, 40_000),
    resolution=1,
    contrast=(7000, 8000),
    missing=(NO_ACCELEROMETER,),
    equation=Normal(
        target=7400,
        sd=2600,
        terms=(
            assumed("activity_true", 1350, "a correlation near 0.55 with the logarithm of true activity"),
            assumed("age", -300, "3000 steps fewer over a lifetime"),
        ),
    ),
    source="assumed: mean 7400, SD 3200",
)

SEDENTARY_HOURS = Variable(
    name="sedentary_hours",
    label="Time sitting, reported",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="h/day",
    limits=(0, 20),
    resolution=0.5,
    contrast=(5, 6),
    missing=_ASKED,
    other_units=(("min/day", 1 / 60), ("h/week", 1 / 7)),
    equation=Normal(
        target=6.5,
        sd=2.4,
        terms=(
            assumed("activity_true", -0.5, "the active sit less"),
            assumed("education_years", 0.3, "office work"),
            assumed("age", 0.1, "older people sit more"),
        ),
    ),
    source="assumed: mean 6.5, SD 2.5",
)

# --- smoking and alcohol ------------------------------------------------------------------------

SMOKING = Variable(
    name="smoking",
    label="Smoking",
    domain=Domain.LIFESTYLE,
    kind=Kind.CATEGORICAL,
    levels=("never", "former", "current"),
    missing=_ASKED,
    equation=Categorical(
        shares=(0.55, 0.28, 0.17),
        by_level=(
            (
                "former",
                (
                    assumed("age", 0.2, "who has lived longer has had more time to stop"),
                    assumed("sex", -0.3, "fewer women have ever smoked"),
                    assumed("income_quintile", 0.0, "the better off start less and stop more"),
                ),
            ),
            (
                "current",
                (
                    assumed("age", -0.15, "older people have stopped or died"),
                    assumed("sex", -0.3, "fewer women smoke"),
                    assumed("income_quintile", -0.2, "a log odds of 0.2 a fifth"),
                ),
            ),
        ),
    ),
    code="LOINC 72166-2",
    source="assumed: 17 % smoke, 28 % have stopped",
)

CIGARETTES_PER_DAY = Variable(
    name="cigarettes_per_day",
    label="Cigarettes",
    domain=Domain.LIFESTYLE,
    kind=Kind.INTEGER,
    unit="cigarettes/day",
    limits=(0, 80),
    contrast=(0, 10),
    missing=_ASKED,
    other_units=(("packs/day", 20.0),),
    equation=Count(
        target=13,
        dispersion=0.28,
        among=("smoking", "current"),
        terms=(
            assumed("sex", -0.2, "women smoke fewer"),
            assumed("income_quintile", -0.05, "the better off smoke fewer"),
        ),
    ),
    source="assumed: 13 a day in those who smoke, SD 8; none in others by definition",
)

ALCOHOL_USE = Variable(
    name="alcohol_use",
    label="Drinks alcohol",
    domain=Domain.LIFESTYLE,
    kind=Kind.BINARY,
    levels=NO_YES,
    missing=_ASKED,
    equation=Bernoulli(
        target=0.70,
        terms=(
            assumed("sex", -0.4, "fewer women drink"),
            assumed("age", -0.1, "older people drink less often"),
            assumed("income_quintile", 0.2, "the better off drink more often"),
        ),
    ),
    source="assumed: 70 % drink",
)

ALCOHOL_DRINKS = Variable(
    name="alcohol_drinks",
    label="Alcoholic drinks",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="drinks/week",
    limits=(0, 100),
    resolution=0.5,
    contrast=(0, 7),
    missing=(
        NOT_RETURNED,
        MissingReason(
            "declined",
            0.06,
            causes=(
                Cause(
                    "alcohol_drinks",
                    0.6,
                    Evidence.ASSUMED,
                    "assumed: who drinks more answers less, up to five a day",
                    acts_between=(0, 35),
                ),
            ),
        ),
    ),
    other_units=(("drinks/day", 7.0),),
    equation=LogNormal(
        target=4.0,
        sigma=0.85,
        among=("alcohol_use", "yes"),
        terms=(
            assumed("sex", -0.5, "women drink three fifths of what men do"),
            _by_smoking(0.15, 0.3, "smokers drink more"),
        ),
    ),
    source="assumed: mean 6 in those who drink, skewed; none in others by definition",
)

ALCOHOL_DAILY = Variable(
    name="alcohol_daily",
    label="Alcohol daily, 7 drinks a week or more",
    domain=Domain.LIFESTYLE,
    kind=Kind.BINARY,
    levels=NO_YES,
    equation=BandOf(score="alcohol_drinks", cuts=(7,)),
    source="by definition: seven drinks a week or more",
)

# --- caffeine -----------------------------------------------------------------------------------

CAFFEINE = Variable(
    name="caffeine",
    label="Caffeine, usual",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="mg/day",
    limits=(1, 3000),
    resolution=1,
    contrast=(100, 200),
    missing=_ASKED,
    other_units=(("cups of coffee/day", 95.0),),
    equation=LogNormal(
        target=149,
        sigma=0.62,
        terms=(
            _by_smoking(0.1, 0.25, "smokers break caffeine down faster and drink more coffee"),
            assumed("age", 0.02, "little difference by age"),
        ),
    ),
    source="assumed: mean 190, SD 150, skewed to the right; the habit of years",
)

CAFFEINE_NOW = Variable(
    name="caffeine_now",
    label="Caffeine, last week",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="mg/day",
    limits=(0, 3000),
    resolution=1,
    contrast=(100, 200),
    missing=_ASKED,
    other_units=(("cups of coffee/day", 95.0),),
    equation=LogNormal(
        target=150,
        sigma=0.3,
        terms=(
            Cause(
                "caffeine", 0.35, Evidence.ASSUMED, "assumed: the habit, give or take", acts_between=(1, 400)
            ),
            assumed("rls_case", 0.1, "0.15 SD, against tiredness: the reverse arrow"),
            assumed("rls_severity", 0.05, "the worse the nights, the more coffee", only_at=_CASES),
        ),
    ),
    source="assumed: the habit, raised by tiredness",
)

# --- diet and nutrients -------------------------------------------------------------------------

DIET_FOLATE = Variable(
    name="diet_folate",
    label="Folate in the diet",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="µg/day",
    limits=(20, 2500),
    resolution=1,
    scale=Scale.LOG2,
    contrast=(200, 400),
    missing=_ASKED,
    other_units=(("mg/day", 1000.0),),
    equation=LogNormal(
        target=300,
        sigma=0.36,
        terms=(
            assumed("diet_quality", 0.1, "fruit and vegetables"),
            assumed("sex", -0.1, "women eat less in all"),
        ),
    ),
    source="assumed: log-normal, median 300, SD of the logarithm 0.4",
)

DIET_MAGNESIUM = Variable(
    name="diet_magnesium",
    label="Magnesium in the diet",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="mg/day",
    limits=(30, 1500),
    resolution=1,
    scale=Scale.LOG2,
    contrast=(200, 400),
    missing=_ASKED,
    other_units=(("mmol/day", 24.305),),
    equation=LogNormal(
        target=310,
        sigma=0.3,
        terms=(
            assumed("diet_quality", 0.1, "nuts and whole grain"),
            assumed("sex", -0.18, "women eat less in all"),
        ),
    ),
    source="assumed: log-normal, median 310, SD of the logarithm 0.35",
)

DIET_QUALITY = Variable(
    name="diet_quality",
    label="Diet quality score",
    domain=Domain.LIFESTYLE,
    kind=Kind.INTEGER,
    unit="points",
    limits=(0, 110),
    resolution=1,
    contrast=(50, 60),
    missing=_ASKED,
    equation=Normal(
        target=52,
        sd=11.5,
        terms=(
            assumed("sex", 2.0, "women eat better"),
            assumed("age", 1.5, "older people eat better"),
            assumed("income_quintile", 1.5, "the better off eat better"),
            _by_smoking(-1.0, -5.0, "smokers eat worse"),
        ),
    ),
    source="assumed: an index from 0 to 110, mean 52, SD 12",
)

VITAMIN_D = Variable(
    name="vitamin_d",
    label="25-hydroxyvitamin D",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="nmol/L",
    limits=(5, 400),
    resolution=0.1,
    contrast=(50, 75),
    detection=(10, 375),
    missing=_BLOOD,
    other_units=(("ng/mL", 2.496), ("µg/L", 2.496)),
    equation=Normal(
        target=60,
        sd=23.2,
        terms=(
            assumed("activity_true", 3.0, "the active are outdoors"),
            assumed("age", -1.0, "older skin makes less"),
            assumed("bmi", -3.0, "stored in fat"),
            Cause(
                "egfr",
                -4.0,
                Evidence.ASSUMED,
                "assumed: 4 nmol/L less for each 30 mL/min/1.73 m² below 90",
                acts_between=(3, 90),
            ),
        ),
    ),
    code="LOINC 62292-8 (ng/mL form)",
    source="assumed: mean 60, SD 24",
)

MAGNESIUM = Variable(
    name="magnesium",
    label="Serum magnesium",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="mmol/L",
    limits=(0.3, 2.5),
    resolution=0.01,
    contrast=(0.8, 0.9),
    detection=(0.1, 2.0),
    missing=_BLOOD,
    other_units=(("mg/dL", 0.4114), ("mEq/L", 0.5)),
    equation=Normal(
        target=0.85,
        sd=0.079,
        terms=(
            assumed("diet_magnesium", 0.01, "the kidney keeps the serum level nearly constant"),
            Cause(
                "egfr",
                0.02,
                Evidence.ASSUMED,
                "assumed: the failing kidney excretes less",
                acts_between=(3, 90),
            ),
        ),
    ),
    code="LOINC 19123-9 (mg/dL form)",
    source="assumed: mean 0.85, SD 0.08",
)

VITAMIN_B12 = Variable(
    name="vitamin_b12",
    label="Vitamin B12",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="pmol/L",
    limits=(20, 5000),
    resolution=1,
    scale=Scale.LOG2,
    contrast=(150, 300),
    detection=(37, 1476),
    missing=_BLOOD,
    other_units=(("pg/mL", 0.7378), ("ng/L", 0.7378)),
    equation=LogNormal(
        target=300,
        sigma=0.4,
        terms=(
            assumed("age", -0.04, "older people absorb less"),
            assumed("sex", 0.03, "women a little higher"),
        ),
    ),
    source="assumed: log-normal, median 300, SD of the logarithm 0.4",
)

FOLATE = Variable(
    name="folate",
    label="Serum folate",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="nmol/L",
    limits=(1, 200),
    resolution=0.1,
    scale=Scale.LOG2,
    contrast=(10, 20),
    detection=(1.4, 45.4),
    missing=_BLOOD,
    other_units=(("ng/mL", 2.266), ("µg/L", 2.266)),
    equation=LogNormal(
        target=18,
        sigma=0.45,
        terms=(
            assumed("diet_folate", 0.35, "half of a difference in the diet, in logarithms"),
            _by_smoking(0.0, -0.15, "smokers have less"),
        ),
    ),
    source="assumed: log-normal, median 18, SD of the logarithm 0.5; the assay reads up to 45.4",
)

VARIABLES = (
    ACTIVITY_TRUE,
    PHYSICAL_ACTIVITY,
    STEPS_DAY,
    SEDENTARY_HOURS,
    SMOKING,
    CIGARETTES_PER_DAY,
    ALCOHOL_USE,
    ALCOHOL_DRINKS,
    ALCOHOL_DAILY,
    CAFFEINE,
    CAFFEINE_NOW,
    DIET_FOLATE,
    DIET_MAGNESIUM,
    DIET_QUALITY,
    VITAMIN_D,
    MAGNESIUM,
    VITAMIN_B12,
    FOLATE,
)
