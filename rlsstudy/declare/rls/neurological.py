"""Diabetes and the kidneys, Parkinson's disease, nerves, multiple sclerosis, migraine, sleep apnoea, arthritis.

Most shares and sizes are proposals for a general adult population and graded as assumed. That people with RLS
later have Parkinson's disease or diabetes more often is not declared: both act on RLS here, and an arrow
back would make a circle.
"""

from collections.abc import Mapping
from dataclasses import replace

from rlsstudy.declare.equations import BandOf, Bernoulli, Cause, Count, LogNormal, Normal, Ordinal
from rlsstudy.declare.kinds import NO_YES, Domain, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.rls.gaps import (
    ASSAY_FAILED,
    NO_BLOOD,
    NO_NERVE_STUDY,
    NO_SLEEP_LAB,
    NOT_MEASURED,
    NOT_RETURNED,
    SKIPPED,
)
from rlsstudy.declare.variable import Variable

_BY_QUESTIONNAIRE = (NOT_RETURNED, SKIPPED)
_FROM_BLOOD = (NO_BLOOD, ASSAY_FAILED)


def _diagnosis(
    name: str,
    label: str,
    equation: Bernoulli,
    source: str,
    missing: tuple[MissingReason, ...] = _BY_QUESTIONNAIRE,
    code: str = "",
) -> Variable:
    """Return a disease that somebody has or has not."""
    return Variable(
        name=name,
        label=label,
        domain=Domain.NEUROLOGICAL,
        kind=Kind.BINARY,
        levels=NO_YES,
        missing=missing,
        equation=equation,
        code=code,
        source=f"assumed: {source}",
    )


def _shares(shares: Mapping[str, float], group: tuple[str, str], *terms: Cause) -> Ordinal:
    """Return ordered levels with their shares in a group."""
    return Ordinal(shares=tuple(shares.values()), target_among=group, terms=terms)


# --- diabetes and the kidneys ---------------------------------------------------------------------

DIABETES = _diagnosis(
    "diabetes",
    "Type 2 diabetes",
    Bernoulli(
        target=0.08,
        terms=(
            assumed("age", 0.47, "0.75 per SD of age (16 years)"),
            assumed("bmi", 0.57, "0.60 per SD of body mass index (5.3 kg/m²)"),
        ),
    ),
    "8 % of adults, 18 % from 60 years",
    code="SNOMED CT 44054006",
)

GLYCAEMIC_CONTROL = Variable(
    name="glycaemic_control",
    label="Poor control of blood glucose, latent",
    domain=Domain.NEUROLOGICAL,
    kind=Kind.CONTINUOUS,
    unit="SD",
    contrast=(0, 1),
    measured=False,
    equation=Normal(baseline=0, sd=1),
    source="by definition: mean 0 and SD 1; it makes glycated haemoglobin vary more in diabetes",
)

HBA1C = Variable(
    name="hba1c",
    label="Glycated haemoglobin",
    domain=Domain.NEUROLOGICAL,
    kind=Kind.CONTINUOUS,
    unit="%",
    limits=(3.5, 18),
    resolution=0.1,
    contrast=(5.5, 6.5),
    detection=(4.0, 14.0),
    missing=_FROM_BLOOD,
    equation=Normal(
        target=5.5,
        target_among=("diabetes", "no"),
        sd=0.57,
        terms=(
            assumed("diabetes", 1.75, "7.4 % on average with diabetes, age counted apart"),
            assumed("age", 0.1, "a slow rise with age"),
            assumed(
                "glycaemic_control", 1.15, "SD 1.3 with diabetes against 0.6", only_at=("diabetes", "yes")
            ),
        ),
    ),
    code="LOINC 4548-4",  # mmol/mol is not a multiple of %, so it is no other unit
    source="assumed: mean 5.5 % (SD 0.6) without and 7.4 % (SD 1.3) with diabetes",
)

DIALYSIS = _diagnosis(
    "dialysis",
    "Kidney failure on dialysis",
    Bernoulli(
        target=0.002,
        terms=(
            assumed("diabetes", 0.9, "a cause of kidney failure, log odds ratio 0.9"),
            assumed("hypertension", 0.7, "a cause of kidney failure, log odds ratio 0.7"),
            assumed("age", 0.3, "more frequent in the old"),
        ),
    ),
    "0.15 to 0.2 % of adults",
    code="SNOMED CT 46177005",
)

_NOT_ON_DIALYSIS = ("dialysis", "no")

EGFR = Variable(
    name="egfr",
    label="Estimated glomerular filtration rate",
    domain=Domain.NEUROLOGICAL,
    kind=Kind.CONTINUOUS,
    unit="mL/min/1.73 m²",
    limits=(3, 160),
    resolution=1,
    contrast=(90, 60),
    missing=_FROM_BLOOD,
    equation=Normal(
        target=92,
        target_among=_NOT_ON_DIALYSIS,
        sd=17,
        terms=(
            assumed(
                "age",
                -7.5,
                "0.8 a year after 40 years, diabetes and hypertension included",
                acts_between=(40, 110),
                only_at=_NOT_ON_DIALYSIS,
            ),
            assumed("diabetes", -6, "lower in diabetes", only_at=_NOT_ON_DIALYSIS),
            assumed("hypertension", -4, "lower in hypertension", only_at=_NOT_ON_DIALYSIS),
            assumed("dialysis", -180, "cut at the lower limit, values of 3 to 15 on dialysis"),
        ),
    ),
    code="LOINC 98979-8",
    source="assumed: mean 92, SD 20 among adults",
)

CKD_STAGE = Variable(
    name="ckd_stage",
    label="Stage of kidney function",
    domain=Domain.NEUROLOGICAL,
    kind=Kind.ORDINAL,
    levels=("G1", "G2", "G3a", "G3b", "G4", "G5"),
    equation=BandOf(score="egfr", cuts=(90, 60, 45, 30, 15), falling=True),
    code="SNOMED CT 709044004",
    source="by definition: 90, 60, 45, 30 and 15 mL/min/1.73 m² are the lowest values of G1 to G4",
)

# --- Parkinson's disease --------------------------------------------------------------------------

PARKINSON = _diagnosis(
    "parkinson",
    "Parkinson's disease",
    Bernoulli(
        target=0.003,
        terms=(
            assumed(
                "age",
                1.3,
                "the shares by age; 1.5 per SD of age (16 years) on average, none beyond 76 years",
                acts_between=(18, 76),
            ),
            assumed("sex", -0.4, "1.5 times the odds in men"),
        ),
    ),
    "0.3 % of adults; 0.05 % below 60 years, 0.6 % to 69, 1.5 % to 79, 2.5 % above",
    code="SNOMED CT 49049000",
)

_WITH_PARKINSON = ("parkinson", "yes")
_STAGES = {"stage 1": 0.20, "stage 2": 0.40, "stage 3": 0.25, "stage 4": 0.11, "stage 5": 0.04}

HOEHN_YAHR = Variable(
    name="hoehn_yahr",
    label="Hoehn and Yahr stage",
    domain=Domain.NEUROLOGICAL,
    kind=Kind.ORDINAL,
    levels=tuple(_STAGES),
    missing=(NOT_MEASURED,),
    applies_to="parkinson",
    equation=_shares(_STAGES, _WITH_PARKINSON, assumed("age", 0.3, "later stages in the old")),
    source="assumed: most are in stages 2 and 3",
)

LEDD = Variable(
    name="ledd",
    label="Levodopa equivalent daily dose",
    domain=Domain.NEUROLOGICAL,
    kind=Kind.CONTINUOUS,
    unit="mg/day",
    limits=(0, 4000),
    resolution=5,
    contrast=(300, 600),
    missing=_BY_QUESTIONNAIRE,
    applies_to="parkinson",
    equation=LogNormal(
        baseline=100,
        sigma=0.4,
        terms=(
            assumed("med_levodopa", 1.2, "about 330 mg a day in stage 1 with levodopa"),
            assumed("med_dopamine_agonist", 0.5, "an agonist adds to the dose"),
            assumed("hoehn_yahr", 0.2, "a fifth more per stage"),
        ),
    ),
    source="assumed: 100 mg with neither levodopa nor an agonist, as enzyme inhibitors give",
)

# --- nerves and multiple sclerosis ----------------------------------------------------------------

NEUROPATHY = _diagnosis(
    "neuropathy",
    "Peripheral neuropathy",
    Bernoulli(
        target=0.03,
        terms=(
            assumed("diabetes", 1.4, "log odds ratio 1.4"),
            assumed("age", 0.52, "7 % from 60 years"),
        ),
    ),
    "3 % of adults, 7 % from 60 years",
    missing=(replace(NOT_MEASURED, share=0.04),),
)

NCS_SURAL_AMP = Variable(
    name="ncs_sural_amp",
    label="Sural nerve amplitude",
    domain=Domain.NEUROLOGICAL,
    kind=Kind.CONTINUOUS,
    unit="µV",
    limits=(0, 80),
    resolution=0.1,
    contrast=(10, 5),
    detection=(1.0, None),
    missing=(NO_NERVE_STUDY, NOT_MEASURED),
    equation=LogNormal(
        baseline=14,
        sigma=0.4,
        terms=(
            assumed("age", -0.12, "a tenth less per decade"),
            assumed("neuropathy", -1.2, "a third of the amplitude"),
            assumed("diabetes", -0.15, "loss of fibres before neuropathy is diagnosed"),
            assumed("bmi", -0.05, "a little less where the nerve lies deeper"),
        ),
    ),
    other_units=(("mV", 1000),),
    source="assumed: median 14 µV at 50 years without neuropathy; below 1 µV no response is told from noise",
)

MULTIPLE_SCLEROSIS = _diagnosis(
    "multiple_sclerosis",
    "Multiple sclerosis",
    Bernoulli(target=0.002, terms=(assumed("sex", 1.1, "0.3 % of women, 0.1 % of men"),)),
    "0.2 % of adults",
    missing=(),
    code="SNOMED CT 24700007",
)

EDSS = Variable(
    name="edss",
    label="Expanded disability status",
    domain=Domain.NEUROLOGICAL,
    kind=Kind.CONTINUOUS,
    unit="points",
    limits=(0, 10),
    resolution=0.5,
    contrast=(2, 4),
    missing=(NOT_MEASURED,),
    applies_to="multiple_sclerosis",
    equation=LogNormal(
        baseline=2.7,
        sigma=0.5,
        terms=(assumed("age", 0.2, "disability grows with the years of disease"),),
    ),
    source="assumed: median 2.7 at 50 years",
)

# --- migraine -------------------------------------------------------------------------------------

MIGRAINE = _diagnosis(
    "migraine",
    "Migraine",
    Bernoulli(
        target=0.127,
        terms=(
            assumed("sex", 1.1, "18 % of women, 7 % of men"),
            assumed("age", 0.3, "rises to a peak at 40 years", acts_between=(18, 40)),
            assumed("age", -0.4, "falls after 40 years", acts_between=(40, 110)),
        ),
    ),
    "18 % of women and 7 % of men, most often between 35 and 45 years",
    code="SNOMED CT 37796009",
)

MIGRAINE_DAYS = Variable(
    name="migraine_days",
    label="Days with migraine",
    domain=Domain.NEUROLOGICAL,
    kind=Kind.INTEGER,
    unit="days/month",
    limits=(0, 30),
    contrast=(4, 8),
    missing=_BY_QUESTIONNAIRE,
    applies_to="migraine",
    equation=Count(
        target=4,
        target_among=("migraine", "yes"),
        dispersion=1.0,
        terms=(assumed("sex", 0.15, "women have a few more"),),
    ),
    source="assumed: 4 days a month with migraine, 15 or more in 4 %",
)

# --- sleep apnoea and arthritis -------------------------------------------------------------------

OSA_AHI = Variable(
    name="osa_ahi",
    label="Apnoea-hypopnoea index",
    domain=Domain.NEUROLOGICAL,
    kind=Kind.CONTINUOUS,
    unit="events/hour",
    limits=(0, 150),
    resolution=0.1,
    contrast=(5, 15),
    missing=(NO_SLEEP_LAB, NOT_MEASURED),
    equation=LogNormal(
        target=3.7,
        sigma=0.95,
        terms=(
            assumed("bmi", 0.35, "a third more per 5 kg/m²"),
            assumed("age", 0.17, "rises with age"),
            assumed("sex", -0.6, "about half in women"),
        ),
    ),
    code="SNOMED CT 78275009",
    source="assumed: median 3.7, SD of the logarithm 1.1",
)

OSA_RISK_HIGH = _diagnosis(
    "osa_risk_high",
    "High risk of sleep apnoea by questionnaire",
    Bernoulli(
        target=0.25,
        terms=(
            assumed("osa_ahi", 1.0, "snoring and pauses are noticed, up to 30 an hour", acts_between=(0, 30)),
            assumed("bmi", 0.5, "asked for in the questionnaire"),
            assumed("age", 0.2, "asked for in the questionnaire"),
            assumed("sex", -0.6, "asked for in the questionnaire"),
            assumed("hypertension", 0.7, "asked for in the questionnaire"),
        ),
    ),
    "25 % of adults",
    missing=(NOT_RETURNED, replace(SKIPPED, share=0.03)),
)

ARTHRITIS = _diagnosis(
    "arthritis",
    "Arthritis of hip, knee or foot",
    Bernoulli(
        target=0.15,
        terms=(
            assumed("age", 0.55, "rises with age"),
            assumed("sex", 0.4, "more frequent in women"),
            assumed("bmi", 0.35, "more frequent with overweight"),
        ),
    ),
    "15 % of adults by own report",
)

VARIABLES = (
    DIABETES,
    GLYCAEMIC_CONTROL,
    HBA1C,
    DIALYSIS,
    EGFR,
    CKD_STAGE,
    PARKINSON,
    HOEHN_YAHR,
    LEDD,
    NEUROPATHY,
    NCS_SURAL_AMP,
    MULTIPLE_SCLEROSIS,
    EDSS,
    MIGRAINE,
    MIGRAINE_DAYS,
    OSA_AHI,
    OSA_RISK_HIGH,
    ARTHRITIS,
)
