"""Body size, blood pressure, heart disease, lipids, arteries of the legs, oxygen in the skin. Veins are in `venous`.

Nothing here is declared to act on RLS; what does is said with the outcome. Hypertension and heart disease are the
history, and do not come from RLS. Blood pressure and the oxygen of the skin are those of today, and answer to it.
"""

from math import inf
from typing import Any

from rlsstudy.declare.equations import (
    BandOf,
    Bernoulli,
    Cause,
    LogNormal,
    Normal,
    Ordinal,
    RatioOf,
    WeightedSum,
)
from rlsstudy.declare.kinds import NO_YES, Domain, Evidence, Kind, Scale
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.rls.gaps import (
    ASSAY_FAILED,
    NO_ANGIOGRAPHY,
    NO_BLOOD,
    NO_DUPLEX,
    NO_OXIMETRY,
    NOT_MEASURED,
    NOT_RETURNED,
    SKIPPED,
)
from rlsstudy.declare.variable import Variable

_ASKED = (NOT_RETURNED, SKIPPED)
_BLOOD = (NO_BLOOD, ASSAY_FAILED)
_CASES = ("rls_case", "yes")
_INCH, _MMOL_CHOLESTEROL, _MMOL_TRIGLYCERIDES, _KPA = 2.54, 0.02586, 0.01129, 0.133322


def _by_level(name: str, why: str, *sizes: tuple[str, float]) -> Cause:
    return Cause(name, sizes, Evidence.ASSUMED, f"assumed: {why}")


def _smoking(former: float, current: float, why: str) -> Cause:
    return _by_level("smoking", why, ("former", former), ("current", current))


def _number(**declared: Any) -> Variable:
    """Return a measurement of this domain."""
    return Variable(domain=Domain.VASCULAR, kind=Kind.CONTINUOUS, **declared)


def _history(
    name: str, label: str, equation: Bernoulli, source: str, code: str = "", missing: float = 0.0
) -> Variable:
    """Return a disease that a participant has or has not been told of; a share does not know."""
    unknown = (MissingReason("does not know", missing),) if missing else ()
    return Variable(
        name=name,
        label=label,
        domain=Domain.VASCULAR,
        kind=Kind.BINARY,
        levels=NO_YES,
        missing=(*_ASKED, *unknown),
        equation=equation,
        code=code,
        source=f"assumed: {source}",
    )


# --- body size ------------------------------------------------------------------------------------

HEIGHT = _number(
    name="height",
    label="Height",
    unit="cm",
    limits=(100, 230),
    resolution=0.1,
    contrast=(170, 180),
    missing=(NOT_MEASURED,),
    equation=Normal(
        target=177,
        target_among=("sex", "male"),
        sd=6.6,
        terms=(
            assumed("sex", -13, "women are 13 cm shorter"),
            assumed("age", -0.9, "earlier generations were shorter, and people shrink"),
            _by_level(
                "ancestry",
                "means of regions",
                ("East Asian", -5),
                ("Admixed American", -5),
                ("Middle Eastern", -3),
            ),
        ),
    ),
    other_units=(("m", 100.0), ("in", _INCH)),
    code="LOINC 8302-2",
    source="assumed: 177 cm in men and 164 cm in women, SD 7",
)

BMI = _number(
    name="bmi",
    label="Body mass index",
    unit="kg/m²",
    limits=(10, 100),
    resolution=0.1,
    contrast=(25, 30),
    missing=(
        NOT_MEASURED,
        MissingReason(
            "refused to be weighed", 0.03, causes=(assumed("bmi", 0.45, "heavier people refuse more often"),)
        ),
    ),
    equation=LogNormal(
        target=27.0,
        sigma=0.173,
        terms=(
            assumed("age", 0.012, "people gain weight up to 65", acts_between=(18, 65)),
            assumed("sex", -0.02, "women a little lighter for their height"),
            assumed("activity_true", -0.028, "0.20 SD per SD of true activity (1.3 doublings)"),
            assumed("income_quintile", -0.025, "0.20 SD per SD of social position (1.4 fifths)"),
            _smoking(0.01, -0.03, "smokers are lighter, and gain on stopping"),
        ),
    ),
    code="LOINC 39156-5",
    source="assumed: mean 27.5, SD 5.3, skewed to the right",
)

WEIGHT = _number(
    name="weight",
    label="Weight",
    unit="kg",
    limits=(25, 350),
    contrast=(70, 80),
    equation=RatioOf(numerator="bmi", denominator="height", power=-2, factor=1e-4),
    other_units=(("lb", 0.45359),),
    code="LOINC 29463-7",
    source="by definition: body mass index times height in metres squared",
)

WAIST = _number(
    name="waist",
    label="Waist circumference",
    unit="cm",
    limits=(40, 250),
    resolution=0.5,
    contrast=(90, 100),
    missing=(MissingReason("waist not measured", 0.13), NOT_MEASURED),
    equation=Normal(
        target=95.5,
        target_among=("sex", "male"),
        sd=6.3,
        terms=(
            assumed("bmi", 11.5, "a correlation near 0.87 with body mass index"),
            assumed("sex", -6, "women are narrower at the same body mass index"),
            assumed("age", 1.0, "fat moves to the waist"),
        ),
    ),
    other_units=(("in", _INCH),),
    code="LOINC 8280-0",
    source="assumed: mean 95 in men and 89 in women, SD 14",
)

# --- blood pressure -------------------------------------------------------------------------------

HYPERTENSION = _history(
    "hypertension",
    "Hypertension",
    Bernoulli(
        target=0.32,
        terms=(
            assumed("age", 0.6, "log odds ratio per ten years"),
            assumed("bmi", 0.42, "0.45 per SD of body mass index"),
            assumed("sex", -0.15, "a little less often in women"),
            assumed("alcohol_drinks", 0.1, "per drink a day", acts_between=(0, 42)),
            assumed("activity_true", -0.07, "less often in the active"),
            _by_level("ancestry", "more frequent in African ancestry", ("African", 0.5)),
        ),
    ),
    "32 % of adults by own report or prescription; it comes before RLS here, and is not caused by it",
    code="SNOMED CT 38341003",
)

SBP_USUAL = _number(
    name="sbp_usual",
    label="Systolic blood pressure, usual",
    unit="mmHg",
    limits=(75, 250),
    contrast=(120, 140),
    measured=False,
    equation=Normal(
        target=125,
        sd=11.0,
        terms=(
            assumed("age", 3.6, "arteries stiffen"),
            assumed("sex", -3.5, "lower in women"),
            assumed("bmi", 2.5, "per 5 kg/m²"),
            assumed("hypertension", 8, "treatment does not lower it to that of others"),
            assumed("alcohol_drinks", 1.0, "per drink a day", acts_between=(0, 42)),
            assumed(
                "rls_severity",
                1.2,
                "0.08 SD per SD of severity above the mean. Severe RLS went with hypertension across persons "
                "(odds ratio 1.41, Batool-Anwar 2011, Hypertension 58:791), and surges with leg movements; direction unclear",
                acts_between=(0, inf),
                only_at=_CASES,
            ),
        ),
    ),
    source="assumed: mean 125, SD 15, without the variation from one reading to the next",
)


def _reading(
    name: str, label: str, missing: tuple[MissingReason, ...], mean: float, code: str = ""
) -> Variable:
    """Return one reading of the systolic pressure: the usual one and chance."""
    return _number(
        name=name,
        label=label,
        unit="mmHg",
        limits=(60, 280),
        resolution=1,
        contrast=(120, 140),
        detection=(60, 280),
        missing=missing,
        stands_for=("sbp_usual", 120, 140),
        equation=Normal(
            target=mean,
            sd=6.0,
            terms=(
                Cause(
                    "sbp_usual",
                    20,
                    Evidence.ASSUMED,
                    "by definition: a reading is the usual pressure and chance",
                ),
            ),
        ),
        other_units=(("kPa", 1 / _KPA),),
        code=code,
        source="assumed: mean 125, SD 16; one reading varies around the usual pressure with SD 6",
    )


SBP = _reading("sbp", "Systolic blood pressure", (NOT_MEASURED,), 125, "LOINC 8480-6")
SBP_SECOND = _reading(
    "sbp_second",
    "Systolic blood pressure, second reading",
    (NOT_MEASURED, MissingReason("no second reading", 0.5, planned=True)),
    124,
)

DBP = _number(
    name="dbp",
    label="Diastolic blood pressure",
    unit="mmHg",
    limits=(30, 180),
    resolution=1,
    contrast=(80, 90),
    detection=(30, 180),
    missing=(NOT_MEASURED,),
    equation=Normal(
        target=77,
        sd=7.6,
        terms=(
            assumed("sbp_usual", 8, "both pressures go together"),
            assumed("age", 1.0, "rises up to 55", acts_between=(18, 55)),
            assumed("age", -4.5, "falls from 55", acts_between=(55, 95)),
        ),
    ),
    other_units=(("kPa", 1 / _KPA),),
    code="LOINC 8462-4",
    source="assumed: mean 77, SD 10",
)

# --- lipids ---------------------------------------------------------------------------------------

TRIGLYCERIDES = _number(
    name="triglycerides",
    label="Triglycerides",
    unit="mmol/L",
    limits=(0.1, 60),
    resolution=0.01,
    scale=Scale.LOG2,
    contrast=(1, 2),
    detection=(0.1, 50),
    missing=_BLOOD,
    equation=LogNormal(
        target=1.28,
        sigma=0.45,
        terms=(
            assumed("bmi", 0.18, "per 5 kg/m²"),
            assumed("sex", -0.15, "lower in women"),
            assumed("alcohol_drinks", 0.03, "per drink a day", acts_between=(0, 42)),
            assumed("diabetes", 0.2, "higher with diabetes"),
        ),
    ),
    other_units=(("mg/dL", _MMOL_TRIGLYCERIDES),),
    code="LOINC 2571-8 (mg/dL form)",
    source="assumed: log-normal, mean of the logarithm 0.25, SD 0.5",
)

HDL = _number(
    name="hdl",
    label="HDL cholesterol",
    unit="mmol/L",
    limits=(0.1, 5),
    resolution=0.01,
    contrast=(1.0, 1.5),
    detection=(0.1, 4.5),
    missing=_BLOOD,
    equation=LogNormal(
        target=1.36,
        sigma=0.22,
        terms=(
            assumed("triglycerides", -0.11, "per doubling"),
            assumed("sex", 0.18, "higher in women"),
            assumed("bmi", -0.05, "per 5 kg/m², beside triglycerides"),
            assumed("alcohol_drinks", 0.04, "per drink a day", acts_between=(0, 42)),
            assumed("activity_true", 0.015, "higher in the active"),
            _smoking(0.0, -0.06, "lower in smokers"),
        ),
    ),
    other_units=(("mg/dL", _MMOL_CHOLESTEROL),),
    code="LOINC 2085-9 (mg/dL form)",
    source="assumed: mean 1.4, SD 0.4",
)

LDL = _number(
    name="ldl",
    label="LDL cholesterol",
    unit="mmol/L",
    limits=(0.1, 15),
    resolution=0.01,
    contrast=(3, 4),
    detection=(0.1, 14),
    missing=_BLOOD,
    equation=LogNormal(
        target=2.98,
        sigma=0.275,
        terms=(
            assumed("age", 0.05, "rises up to 60", acts_between=(18, 60)),
            assumed("age", -0.04, "falls later, by treatment and survival", acts_between=(60, 95)),
            assumed("bmi", 0.03, "per 5 kg/m²"),
        ),
    ),
    other_units=(("mg/dL", _MMOL_CHOLESTEROL),),
    code="LOINC 13457-7 (mg/dL form)",
    source="assumed: mean 3.1, SD 0.9",
)

TOTAL_CHOLESTEROL = _number(
    name="total_cholesterol",
    label="Total cholesterol",
    unit="mmol/L",
    limits=(1, 30),
    contrast=(5, 6),
    equation=WeightedSum(weights=(("ldl", 1.0), ("hdl", 1.0), ("triglycerides", 0.4537)), decimals=2),
    other_units=(("mg/dL", _MMOL_CHOLESTEROL),),
    code="LOINC 2093-3 (mg/dL form)",
    source="by definition: LDL, HDL and a fifth of the triglycerides by mass, as in Friedewald's formula",
)

HIGH_CHOLESTEROL = _history(
    "high_cholesterol",
    "High cholesterol, told by a doctor",
    Bernoulli(
        target=0.27,
        terms=(
            assumed("ldl", 0.6, "per mmol/L; treatment has lowered it in many who were told"),
            assumed("age", 0.4, "the old have been tested"),
            assumed("bmi", 0.15, "the heavy have been tested"),
        ),
    ),
    "27 % of adults, between 20 and 36 % in cohorts",
    missing=0.03,
)

# --- heart and brain ------------------------------------------------------------------------------

CVD = _history(
    "cvd",
    "Cardiovascular disease",
    Bernoulli(
        target=0.08,
        terms=(
            assumed("age", 0.75, "log odds ratio per ten years"),
            assumed("sex", -0.6, "less often in women"),
            assumed("hypertension", 0.6, "a cause"),
            assumed("diabetes", 0.6, "a cause"),
            assumed("high_cholesterol", 0.3, "a cause"),
            assumed("bmi", 0.1, "per 5 kg/m², beside the others"),
            _smoking(0.25, 0.7, "a cause"),
            Cause(
                "rls_case",
                0.0,
                Evidence.CONTESTED,
                "across persons odds ratio 2.07 (1.43-3.00, Winkelman 2008); followed up, hazard ratio 1.15 (0.88-1.50) in "
                "women and 1.01 (0.81-1.25) in men (Winter 2012, BMJ Open 2:e000866)",
            ),
        ),
    ),
    "8 % of adults: heart attack, stroke, narrowed coronary arteries or heart failure",
)

STROKE = _history(
    "stroke",
    "Stroke",
    Bernoulli(
        target=0.375,
        terms=(
            assumed("hypertension", 0.4, "more often a stroke in hypertension"),
            assumed("sex", 0.2, "more often a stroke in women"),
        ),
        among=("cvd", "yes"),
    ),
    "3 % of adults, three in eight of those with cardiovascular disease and nobody else",
    code="SNOMED CT 230690007",
)

MI = _history(
    "mi",
    "Heart attack",
    Bernoulli(
        target=0.375,
        terms=(
            assumed("sex", -0.5, "more often a heart attack in men"),
            _smoking(0.1, 0.3, "more often a heart attack in smokers"),
        ),
        among=("cvd", "yes"),
    ),
    "3 % of adults, three in eight of those with cardiovascular disease and nobody else",
    code="SNOMED CT 22298006",
)

# --- arteries of the legs and oxygen in the skin --------------------------------------------------

ARTERIAL_STENOSIS = Variable(
    name="arterial_stenosis",
    label="Narrowing of a leg artery",
    domain=Domain.VASCULAR,
    kind=Kind.ORDINAL,
    levels=("none", "below 50 %", "50 % or more"),
    missing=(NO_ANGIOGRAPHY,),
    equation=Ordinal(
        shares=(0.80, 0.155, 0.045),
        terms=(
            assumed("age", 0.55, "log odds ratio per ten years"),
            assumed("sex", -0.3, "less often in women"),
            assumed("diabetes", 0.8, "a cause"),
            assumed("hypertension", 0.4, "a cause"),
            assumed("ldl", 0.2, "per mmol/L"),
            _smoking(0.5, 1.2, "a cause"),
        ),
    ),
    source="assumed: 4.5 % of adults with half of the width or more lost, so that the ankle-brachial index fits",
)

ABI = _number(
    name="abi",
    label="Ankle-brachial index",
    unit="ratio",
    limits=(0, 3),
    resolution=0.01,
    contrast=(1.1, 1.0),
    missing=(NO_DUPLEX,),
    equation=Normal(
        target=1.11,
        sd=0.087,
        terms=(
            _by_level(
                "arterial_stenosis",
                "pressure is lost at a narrow place",
                ("below 50 %", -0.06),
                ("50 % or more", -0.20),
            ),
            assumed("age", -0.02, "0.03 from 60 to 75", acts_between=(60, 95)),
            assumed("sex", -0.02, "lower in women"),
            _smoking(-0.005, -0.02, "lower in smokers, beside narrow arteries"),
            assumed("diabetes", -0.01, "lower with diabetes, beside narrow arteries"),
        ),
    ),
    source="assumed: mean 1.10 to 1.12, SD 0.09 to 0.12; below 0.90 in 3 to 5 % from 50 to 59 and 10 to 15 % from 70",
)

PAD = Variable(
    name="pad",
    label="Peripheral arterial disease, index below 0.90",
    domain=Domain.VASCULAR,
    kind=Kind.BINARY,
    levels=NO_YES,
    equation=BandOf(score="abi", cuts=(0.9,), falling=True),
    source="by definition: ankle-brachial index below 0.90",
)


def _oxygen(name: str, label: str, equation: Normal, source: str) -> Variable:
    """Return the pressure of oxygen through the skin at one place."""
    return _number(
        name=name,
        label=label,
        unit="kPa",
        limits=(0, 20),
        resolution=0.01,
        contrast=(7, 8),
        missing=(NO_OXIMETRY,),
        equation=equation,
        other_units=(("mmHg", _KPA),),
        source=source,
    )


TCPO2_CHEST = _oxygen(
    "tcpo2_chest",
    "Oxygen through the skin of the chest",
    Normal(
        target=8.2,
        sd=1.3,
        terms=(
            assumed("age", -0.1, "older skin lets less through"),
            Cause(
                "rls_case",
                0.0,
                Evidence.NULL,
                "8.75 kPa in 15 patients and 8.20 in 14 others, not significant (Salminen 2014, Neurology 82:1856)",
            ),
        ),
    ),
    "assumed: mean 8.2 as in the 14 controls of Salminen 2014, SD 1.3",
)

TCPO2_LEG = _oxygen(
    "tcpo2_leg",
    "Oxygen through the skin of the leg",
    Normal(
        target=7.2,
        target_among=("rls_case", "no"),
        sd=1.15,
        terms=(
            assumed("tcpo2_chest", 0.45, "some skin lets more through, wherever it is"),
            assumed("age", -0.05, "older skin lets less through, beside the chest"),
            _by_level(
                "arterial_stenosis", "less blood arrives", ("below 50 %", -0.1), ("50 % or more", -1.0)
            ),
            assumed(
                "rls_case",
                -0.85,
                "with severity, the 1.65 kPa between clinic patients and controls (Salminen 2014, 15 and 14 people)",
            ),
            assumed(
                "rls_severity",
                -0.8,
                "severity went with the chest's value minus the foot's (Salminen 2014, Spearman's rho 0.69 in 15); "
                "pramipexole raised the leg's, so that it may well be a consequence",
                only_at=_CASES,
            ),
        ),
    ),
    "assumed: mean 7.2, SD 1.3 without RLS, as in the controls of Salminen 2014",
)

VARIABLES = (
    HEIGHT,
    BMI,
    WEIGHT,
    WAIST,
    HYPERTENSION,
    SBP_USUAL,
    SBP,
    SBP_SECOND,
    DBP,
    TRIGLYCERIDES,
    HDL,
    LDL,
    TOTAL_CHOLESTEROL,
    HIGH_CHOLESTEROL,
    CVD,
    STROKE,
    MI,
    ARTERIAL_STENOSIS,
    ABI,
    PAD,
    TCPO2_CHEST,
    TCPO2_LEG,
)
