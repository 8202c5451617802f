"""Iron that goes in and out, the stores it leaves, inflammation, and the red blood.

Iron stores are latent. They are given as the serum ferritin that a person would have without inflammation, so
that one doubling of the stores is one doubling of ferritin; what is measured also answers to inflammation and
to the batch of the assay (`iron_markers.py`). Two latent causes of the stores are there because their spread
differs between groups as no single figure can say: menstrual loss, which widens it before menopause, and a shift in
later life, which widens it in older men.
"""

from rlsstudy.declare.equations import (
    Bernoulli,
    Categorical,
    Cause,
    Condition,
    Count,
    LogNormal,
    Normal,
    RuleOf,
)
from rlsstudy.declare.kinds import NO_YES, Domain, Evidence, Kind, Scale
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.rls.gaps import ASSAY_FAILED, NO_BLOOD, NOT_RETURNED, SKIPPED
from rlsstudy.declare.variable import Variable

ASKED = (NOT_RETURNED, SKIPPED)
IN_BLOOD = (NO_BLOOD, ASSAY_FAILED)

_CDC = "CDC National Report 1999-2002, table 3.1.a (NHANES)"
_MENSTRUATING = ("menstruating", "yes")


# --- the laboratory -----------------------------------------------------------------------------

ASSAY_BATCH = Variable(
    name="assay_batch",
    label="Batch of the blood assays",
    domain=Domain.STUDY,
    kind=Kind.CATEGORICAL,
    levels=tuple(f"batch {number}" for number in range(1, 7)),
    missing=(NO_BLOOD,),
    equation=Categorical(shares=(0.2, 0.2, 0.2, 0.15, 0.15, 0.1)),
    source="assumed: six batches, filled as samples arrive",
)

CRP = Variable(
    name="crp",
    label="C-reactive protein, high sensitivity",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="mg/L",
    limits=(0.01, 500),
    resolution=0.01,
    scale=Scale.LOG2,
    contrast=(1, 2),
    detection=(0.1, None),
    missing=IN_BLOOD,
    other_units=(("mg/dL", 10.0), ("µg/mL", 1.0), ("nmol/L", 0.105)),
    code="LOINC 30522-7",
    equation=LogNormal(
        target=1.7,
        sigma=1.0,
        terms=(
            assumed("bmi", 0.38, "0.40 per SD of body mass index"),
            assumed("age", 0.06, "rises slowly with age"),
            assumed("sex", 0.15, "higher in women"),
            assumed("pregnant", 0.4, "higher in pregnancy"),
            Cause("smoking", (("former", 0.05), ("current", 0.2)), Evidence.ASSUMED, "assumed: 0.2"),
        ),
    ),
    source="assumed: median 1.5 to 2.0, SD of the logarithm about 1.1; a sensitive assay reports from 0.1",
)

# --- what goes in and out -----------------------------------------------------------------------

BLOOD_DONATIONS = Variable(
    name="blood_donations",
    label="Blood donations in the last year",
    domain=Domain.IRON,
    kind=Kind.INTEGER,
    unit="donations",
    limits=(0, 12),
    contrast=(0, 1),
    missing=ASKED,
    equation=Count(
        target=0.2,
        dispersion=3.0,
        terms=(
            assumed("age", -0.15, "donors are younger"),
            assumed("sex", -0.2, "women may donate less often"),
            assumed("pregnant", -2.5, "pregnant women are turned away"),
        ),
    ),
    source="assumed: 0.2 a year on average, from few donors who come again",
)

MENSTRUAL_LOSS = Variable(
    name="menstrual_loss",
    label="Menstrual blood loss, latent",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="SD",
    limits=(-5, 5),
    contrast=(0, 1),
    measured=False,
    equation=Normal(baseline=0, sd=1, among=_MENSTRUATING),
    source="by definition: mean 0 and SD 1 among menstruating women, 0 in all others",
)

LATE_IRON_SHIFT = Variable(
    name="late_iron_shift",
    label="Shift of iron stores in later life, latent",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="SD",
    limits=(-5, 5),
    contrast=(0, 1),
    measured=False,
    equation=Normal(baseline=0, sd=1),
    source="by definition: mean 0 and SD 1; hidden bleeding on one side, liver and chronic disease on the other",
)

DIET_IRON = Variable(
    name="diet_iron",
    label="Iron in the diet",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="mg/day",
    limits=(1, 60),
    resolution=0.1,
    contrast=(12, 16),
    missing=ASKED,
    equation=LogNormal(
        target=11.5, sigma=0.3, terms=(assumed("sex", -0.2, "women eat less, and iron goes with energy"),)
    ),
    source="assumed: mean 12, SD 4",
)

IRON_SUPPLEMENT = Variable(
    name="iron_supplement",
    label="Takes iron tablets",
    domain=Domain.IRON,
    kind=Kind.BINARY,
    levels=NO_YES,
    missing=ASKED,
    equation=Bernoulli(
        target=0.08,
        terms=(
            assumed("sex", 0.5, "women are advised to take iron more often"),
            assumed("pregnant", 2.2, "customary in pregnancy"),
            assumed("menstrual_loss", 0.8, "given for heavy bleeding: confounding by indication"),
            assumed("blood_donations", 0.3, "advised to donors"),
            assumed("late_iron_shift", -0.2, "given when stores were once found low"),
        ),
    ),
    source="assumed: 8 % of adults",
)

IV_IRON = Variable(
    name="iv_iron_6mo",
    label="Intravenous iron in the last six months",
    domain=Domain.IRON,
    kind=Kind.BINARY,
    levels=NO_YES,
    missing=ASKED,
    equation=Bernoulli(
        target=0.01,
        terms=(
            assumed("pregnant", 1.0, "given late in pregnancy"),
            assumed("menstrual_loss", 1.0, "given for heavy bleeding: confounding by indication"),
            assumed("late_iron_shift", -0.5, "given for hidden bleeding"),
            assumed("dialysis", 4.5, "most people on dialysis receive it"),
        ),
    ),
    source="assumed: 1 % of adults",
)

# --- stores -------------------------------------------------------------------------------------

_SHIFT = 0.24  # a decade from 40 on: the two terms that carry it cancel at 40
_SHIFT_SOURCE = (
    f"derived: {_CDC}, spread of the logarithm 0.68, 0.84 and 0.99 in men of 20, 40 and 60 and over, with hardly "
    "another median; women after menopause keep 0.70"
)

BODY_IRON = Variable(
    name="body_iron",
    label="Iron stores",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="µg/L",
    limits=(1, 5000),
    scale=Scale.LOG2,
    contrast=(50, 100),
    measured=False,
    equation=LogNormal(
        target=117,
        target_among=("sex", "male"),
        sigma=0.56,
        terms=(
            Cause(
                "sex",
                -0.45,
                Evidence.STRONG,
                f"derived: {_CDC} and a Danish survey, women of 60 against men",
            ),
            Cause(
                "menstruating",
                -0.63,
                Evidence.STRONG,
                f"derived: {_CDC} and a Danish survey, women of 30 to 40 against women of 60 (0.79), "
                "together with births and the loss by menstruation; 1.0 beside these would put women of 30 to 40 at 25",
            ),
            Cause(
                "menstrual_loss",
                -0.82,
                Evidence.ASSUMED,
                "assumed: widens the spread to 0.95, as in Danish women of 30 to 40, and more downwards",
                acts_between=(-0.5, 5),
            ),
            Cause(
                "parity",
                -0.05,
                Evidence.ASSUMED,
                "assumed: 0.22 a birth is spoken of, but with two births and the loss by menstruation it would leave "
                "women of 30 to 40 a median near 25 in place of 38; births long ago are made good",
                only_at=_MENSTRUATING,
            ),
            assumed(
                "pregnant",
                -1.4,
                "0.55 below women who menstruate, for iron goes to the child; their loss rests",
            ),
            assumed("blood_donations", -0.083, "0.25 for three donations a year"),
            assumed("iron_supplement", 0.2, "0.2 with tablets"),
            assumed("iv_iron_6mo", 0.8, "1000 mg fill the stores for months"),
            assumed("diet_iron", 0.1, "0.1 per SD of intake"),
            assumed("iron_prs", 0.2, "4 to 5 % of the variance; scores explain 2 to 6 % of iron markers"),
            assumed("hfe_c282y_dose", 0.1, "one allele does little"),
            Cause(
                "age",
                -0.06,
                Evidence.ASSUMED,
                "assumed: stores fall a little in old age",
                acts_between=(60, 90),
            ),
            Cause("late_iron_shift", _SHIFT, Evidence.STRONG, _SHIFT_SOURCE, only_at=("sex", "male")),
            Cause(
                "age",
                _SHIFT,
                Evidence.STRONG,
                _SHIFT_SOURCE,
                acts_between=(40, 85),
                only_at=("sex", "male"),
                times="late_iron_shift",
            ),
        ),
    ),
    source=f"derived: {_CDC}; median 127 to 145 in men, of which inflammation accounts for a tenth",
    evidence=Evidence.STRONG,
)

# --- red blood ----------------------------------------------------------------------------------

_ACTS_WHEN_LOW = (4.0, 30.0)  # µg/L: with more iron than that, more makes no more haemoglobin

HAEMOGLOBIN = Variable(
    name="haemoglobin",
    label="Haemoglobin",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="g/dL",
    limits=(4, 22),
    resolution=0.1,
    contrast=(13, 14),
    missing=IN_BLOOD,
    other_units=(("g/L", 0.1), ("mmol/L", 1.6114)),
    code="LOINC 718-7",
    equation=Normal(
        target=15.0,
        target_among=("sex", "male"),
        sd=0.97,
        terms=(
            Cause(
                "sex",
                -2.33,
                Evidence.ASSUMED,
                "assumed: 15.0 in men, 13.4 in women; the term for men's iron, which stands at -0.88 when stores are "
                "full, is made up for here",
            ),
            Cause(
                "body_iron",
                0.35,
                Evidence.ASSUMED,
                "assumed: falls only when stores are low; gives 2 to 3 % iron-deficiency anaemia in women who menstruate",
                acts_between=_ACTS_WHEN_LOW,
            ),
            Cause(
                "body_iron",
                1.2,
                Evidence.ASSUMED,
                "assumed: more in men, whose stores are low by hidden bleeding that goes on; gives up to 0.4 %",
                acts_between=_ACTS_WHEN_LOW,
                only_at=("sex", "male"),
            ),
            Cause(
                "age",
                -0.25,
                Evidence.ASSUMED,
                "assumed: 0.25 a decade after 60",
                acts_between=(60, 110),
            ),
            Cause(
                "egfr",
                -1.0,
                Evidence.ASSUMED,
                "assumed: renal anaemia, 1 g/dL for each 30 mL below 60",
                acts_between=(5, 60),
            ),
            assumed("pregnant", -1.0, "the plasma volume grows"),
            Cause(
                "smoking",
                (("former", 0.0), ("current", 0.3)),
                Evidence.ASSUMED,
                "assumed: by carbon monoxide",
            ),
        ),
    ),
    source="assumed: 15.0 (SD 1.1) in men, 13.4 (SD 1.1) in women",
)

MCV = Variable(
    name="mcv",
    label="Mean corpuscular volume",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="fL",
    limits=(50, 130),
    resolution=0.1,
    contrast=(85, 90),
    missing=IN_BLOOD,
    other_units=(("µm³", 1.0),),
    code="LOINC 787-2",
    equation=Normal(
        target=90,
        sd=4.5,
        terms=(
            Cause(
                "body_iron",
                2.5,
                Evidence.ASSUMED,
                "assumed: red cells grow small when iron is short",
                acts_between=_ACTS_WHEN_LOW,
            ),
            assumed("alcohol_daily", 1.5, "red cells are larger in drinkers"),
            assumed("age", 0.4, "rises a little with age"),
        ),
    ),
    source="assumed: mean 90, SD 5",
)

_MALE, _FEMALE = Condition(variable="sex", below=1), Condition(variable="sex", at_least=1)


def _blood_below(limit: float) -> Condition:
    return Condition(variable="haemoglobin", below=limit)


_ANAEMIC = (
    (_MALE, _blood_below(13)),
    (_FEMALE, Condition(variable="pregnant", below=1), _blood_below(12)),
    (_FEMALE, _blood_below(11)),
)

ANAEMIA = Variable(
    name="anaemia",
    label="Anaemia",
    domain=Domain.IRON,
    kind=Kind.BINARY,
    levels=NO_YES,
    code="SNOMED CT 271737000",
    equation=RuleOf(any_of=_ANAEMIC),
    source="by definition: World Health Organization, haemoglobin below 13 g/dL in men, 12 in women, 11 in pregnancy",
)

IDA_STATE = Variable(
    name="ida_state",
    label="Iron-deficiency anaemia, true state",
    domain=Domain.IRON,
    kind=Kind.BINARY,
    levels=NO_YES,
    measured=False,
    equation=RuleOf(
        any_of=tuple((*conditions, Condition(variable="body_iron", below=15)) for conditions in _ANAEMIC)
    ),
    source="by definition: anaemia with true stores below 15 µg/L",
)

VARIABLES = (
    ASSAY_BATCH,
    CRP,
    BLOOD_DONATIONS,
    MENSTRUAL_LOSS,
    LATE_IRON_SHIFT,
    DIET_IRON,
    IRON_SUPPLEMENT,
    IV_IRON,
    BODY_IRON,
    HAEMOGLOBIN,
    MCV,
    ANAEMIA,
    IDA_STATE,
)
