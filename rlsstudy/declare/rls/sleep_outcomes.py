"""The other outcomes: scales of RLS and of sleep, leg movements and sleep in the laboratory, quality of life.

Scales of RLS apply to people with RLS; the others exist for everybody and are worse in RLS. Severity is drawn for
everybody and acts here on people with RLS alone. A latent complaint of poor sleep lies behind the insomnia and the
sleep quality score and part of quality of life, and a latent habit behind the leg movements of two nights.
"""

from math import sqrt

from rlsstudy.declare.equations import Cause, Count, Equation, GradedItem, LogNormal, Normal
from rlsstudy.declare.kinds import Domain, Evidence, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.rls.gaps import NO_SLEEP_LAB, NOT_MEASURED, NOT_RETURNED, SKIPPED
from rlsstudy.declare.variable import Variable

_CASES = ("rls_case", "yes")
_ASKED = (NOT_RETURNED, SKIPPED)
_NO_SECOND_NIGHT = MissingReason(
    "no second night in the laboratory", 0.5, together="second night", planned=True
)


def _severity(size: float, source: str, evidence: Evidence = Evidence.ASSUMED) -> Cause:
    """Return the effect of one SD of severity in people with RLS."""
    start = "assumed: " if evidence is Evidence.ASSUMED else ""
    return Cause("rls_severity", size, evidence, start + source, only_at=_CASES)


def _latent(name: str, label: str, equation: Equation, source: str) -> Variable:
    return Variable(
        name=name,
        label=label,
        domain=Domain.OUTCOME,
        kind=Kind.CONTINUOUS,
        unit="SD",
        contrast=(0, 1),
        measured=False,
        equation=equation,
        source=source,
    )


def _score(
    name: str,
    label: str,
    limits: tuple[float, float],
    contrast: tuple[float, float],
    equation: Equation,
    source: str,
    applies_to: str | None = None,
) -> Variable:
    """Return a score in whole points that a questionnaire gives."""
    return Variable(
        name=name,
        label=label,
        domain=Domain.OUTCOME,
        kind=Kind.INTEGER,
        unit="points",
        limits=limits,
        resolution=1,
        contrast=contrast,
        missing=_ASKED,
        applies_to=applies_to,
        equation=equation,
        source=source,
    )


# --- six scales of RLS ----------------------------------------------------------------------------

_RLS6 = (  # topic, mean, SD, loading on severity, loading on the impact factor
    ("sleep satisfaction", 5.0, 2.9, 0.65, 0.0),
    ("falling asleep", 4.4, 2.9, 0.70, 0.0),
    ("during the night", 3.8, 3.0, 0.68, 0.0),
    ("day, at rest", 3.0, 2.7, 0.65, 0.0),
    ("day, in activity", 1.2, 2.0, 0.65, 0.0),
    ("tiredness by day", 4.2, 2.8, 0.60, 0.35),
)


def _rls6(number: int, topic: str, mean: float, sd: float, loading: float, impact: float) -> Variable:
    """Return one of the six scales of 0 to 10: a normal response, in whole points and cut at both ends."""
    source = "assumed: mean and SD; correlates with severity by 0.6 to 0.7"
    return Variable(
        name=f"rls6_{number}",
        label=f"RLS-6 scale {number} ({topic})",
        domain=Domain.OUTCOME,
        kind=Kind.INTEGER,
        unit="points",
        limits=(0, 10),
        contrast=(2, 5),
        missing=_ASKED,
        applies_to="rls_case",
        equation=GradedItem(
            latent="rls_severity",
            loading=loading,
            thresholds=tuple(round((step - 0.5 - mean) / sd, 3) for step in range(1, 11)),
            second=("irls_impact_factor", impact) if impact else None,
            source=source,
        ),
        source=source,
    )


RLS6 = tuple(_rls6(number, *scale) for number, scale in enumerate(_RLS6, start=1))

# --- complaints of sleep --------------------------------------------------------------------------

SLEEP_COMPLAINT = _latent(
    "sleep_complaint",
    "Complaint of poor sleep, latent",
    Normal(
        baseline=-0.25,
        sd=0.87,
        terms=(
            assumed("age", 0.05, "older people complain a little more"),
            assumed("sex", 0.15, "women complain more"),
            assumed("depression", 0.5, "the depressed sleep badly"),
            assumed("anxiety", 0.3, "the anxious sleep badly"),
            assumed("perceived_stress", 0.2, "0.2 SD per SD of stress"),
            assumed("usual_sleep", -0.25, "short sleepers complain"),
            assumed("shift_work", 0.2, "shift workers sleep badly"),
            assumed("rls_case", 1.2, "so that PSQI above 5 has an odds ratio near 5.6 (PMID 29458704)"),
            _severity(0.7, "correlates by 0.6 with severity"),
        ),
    ),
    "assumed: mean about 0 and SD about 1 in people without RLS",
)

ISI = _score(
    "isi",
    "Insomnia severity, ISI",
    (0, 28),
    (7, 14),
    Normal(
        baseline=6.2,
        sd=2.0,
        terms=(assumed("sleep_complaint", 4.2, "correlates by 0.55 with severity in people with RLS"),),
    ),
    "assumed: mean near 6; 14 to 16 in sleep clinics with RLS",
)

PSQI = _score(
    "psqi",
    "Sleep quality, PSQI",
    (0, 21),
    (5, 8),
    Normal(
        baseline=4.8,
        sd=1.9,
        terms=(assumed("sleep_complaint", 2.4, "correlates by 0.50 with severity in people with RLS"),),
    ),
    "assumed: mean 5 (SD 3) in people without RLS; above 5 is poor",
)

ESS = _score(
    "ess",
    "Daytime sleepiness, ESS",
    (0, 24),
    (6, 10),
    Count(
        target=6.4,
        dispersion=0.13,
        terms=(
            assumed("rls_case", 0.15, "about a point; sleepiness is less than the nights suggest"),
            _severity(0.17, "correlates by 0.30 with severity; 9.2 (SD 5.1) in a clinic (Mungan 2016)"),
            Cause(
                "osa_ahi",
                0.06,
                Evidence.ASSUMED,
                "assumed: sleep apnoea makes sleepy, up to 60 an hour",
                acts_between=(0, 60),
            ),
            assumed("usual_sleep", -0.1, "short sleepers are sleepier"),
            assumed("shift_work", 0.15, "shift workers are sleepier"),
            assumed("depression", 0.15, "the depressed are sleepier"),
            assumed("bmi", 0.03, "sleepier with overweight, beside apnoea"),
        ),
    ),
    "assumed: mean 6.4, SD 4; above 10 is sleepy",
)

# --- the sleep laboratory -------------------------------------------------------------------------

_LN_SD = 0.91  # SD of the logarithm of the index in people with RLS
_BETWEEN_NIGHTS = 0.54  # correlation of two nights, as logarithms
_COUNTING = 0.03  # SD of the logarithm by which two scorers of one night differ
_TROTTI = "Trotti 2012 (PMID 22750520), mean 19.3 (SD 22.0) in 137 patients"
_SFORZA = "Sforza 2005 (PMID 15854857), correlation 0.54 between two nights"


def _per_habit(share: float) -> float:
    """Turn SDs of the index in one night into SDs of the habit."""
    return round(share / sqrt(_BETWEEN_NIGHTS), 3)


PLM_HABIT = _latent(
    "plm_habit",
    "Habitual leg movements in sleep, latent",
    Normal(
        target=0,
        target_among=_CASES,
        sd=0.62,
        terms=(
            assumed(
                "rls_case",
                0.9,
                "two thirds of an SD of one night; most with RLS have them, and many without it",
            ),
            _severity(
                _per_habit(0.07), "correlates by 0.10, some of it by age; about 0 in 113 untreated patients"
            ),
            assumed("btbd9_rs9357271_dose", _per_habit(0.20), "0.20 SD of one night an allele"),
            assumed("age", 0.48, "rises with age; 61 % of older men had 15 an hour or more (MrOS)"),
            assumed("sex", -0.3, "fewer in women"),
            assumed("dialysis", 0.8, "frequent on dialysis"),
            assumed("med_ssri_snri", 0.4, "antidepressants provoke leg movements"),
            assumed("parkinson", 0.3, "more frequent in Parkinson's disease"),
        ),
    ),
    "by definition: mean 0 and SD about 1 among people with RLS",
)


_HABITUAL = Cause(
    "plm_habit",
    round(sqrt(_BETWEEN_NIGHTS), 3),
    Evidence.MODERATE,
    f"derived: {_SFORZA}, taken as that of logarithms",
)
PLM_FIRST_NIGHT = _latent(
    "plm_first_night",
    "Leg movements of the first night, latent",
    Normal(baseline=0, sd=round(sqrt(1 - _BETWEEN_NIGHTS), 3), terms=(_HABITUAL,)),
    "by definition: mean 0 and SD about 1 among people with RLS; the habit, and the chance of the night",
)


def _plmi(name: str, label: str, missing: tuple[MissingReason, ...], sigma: float, term: Cause) -> Variable:
    """Return the movements counted in one night, log-normal."""
    return Variable(
        name=name,
        label=label,
        domain=Domain.OUTCOME,
        kind=Kind.CONTINUOUS,
        unit="movements/hour",
        limits=(0, 250),
        resolution=0.1,
        contrast=(5, 15),
        missing=missing,
        equation=LogNormal(target=12.7, target_among=_CASES, sigma=sigma, terms=(term,)),
        source=f"derived: {_TROTTI}, as log-normal",
        evidence=Evidence.MODERATE,
    )


PLMI = _plmi(
    "plmi",
    "Periodic leg movements in sleep",
    (NO_SLEEP_LAB, NOT_MEASURED),
    _COUNTING,
    assumed("plm_first_night", _LN_SD, "what moves in a night is counted, nearly without error"),
)
PLMI_SECOND = _plmi(
    "plmi_second",
    "Periodic leg movements in sleep, second night",
    (NO_SLEEP_LAB, _NO_SECOND_NIGHT),
    round(_LN_SD * sqrt(1 - _BETWEEN_NIGHTS), 3),
    Cause(
        "plm_habit",
        round(_LN_SD * sqrt(_BETWEEN_NIGHTS), 3),
        Evidence.MODERATE,
        f"derived: {_SFORZA}, taken as that of logarithms",
    ),
)


def _night(
    name: str,
    label: str,
    unit: str,
    limits: tuple[float, float],
    contrast: tuple[float, float],
    equation: Equation,
    source: str,
) -> Variable:
    """Return what the first night in the laboratory says of sleep."""
    return Variable(
        name=name,
        label=label,
        domain=Domain.OUTCOME,
        kind=Kind.CONTINUOUS,
        unit=unit,
        limits=limits,
        resolution=0.1,
        contrast=contrast,
        missing=(NO_SLEEP_LAB, NOT_MEASURED),
        equation=equation,
        source=source,
    )


_YANG = "in 113 untreated patients, taken to be those of Yang 2019 (doi 10.17241/smr.2019.00360)"

PLM_AROUSAL_INDEX = _night(
    "plm_arousal_index",
    "Leg movements with arousal",
    "movements/hour",
    (0, 150),
    (2, 5),
    LogNormal(
        target=4.0,
        target_among=_CASES,
        sigma=0.45,
        terms=(
            assumed("plm_first_night", _LN_SD, "in proportion to the movements of the same night"),
            _severity(0.14, f"derived: correlation 0.22 {_YANG}", Evidence.WEAK),
        ),
    ),
    "assumed: a third of the movements in people with RLS",
)

SLEEP_EFFICIENCY = _night(
    "sleep_efficiency",
    "Sleep efficiency",
    "%",
    (5, 100),
    (85, 75),
    Normal(
        target=80,
        sd=10.0,
        terms=(
            assumed("age", -1.8, "falls with age"),
            assumed("rls_case", -4.0, "lower with RLS"),
            _severity(-2.2, f"derived: correlation -0.22 {_YANG}", Evidence.WEAK),
            assumed("depression", -2.5, "the depressed wake more"),
            Cause(
                "osa_ahi",
                -1.0,
                Evidence.ASSUMED,
                "assumed: sleep apnoea wakes, up to 60 an hour",
                acts_between=(0, 60),
            ),
        ),
    ),
    "assumed: mean 80, SD 11 in the laboratory",
)

SLEEP_LATENCY = _night(
    "sleep_latency",
    "Time to fall asleep",
    "min",
    (0, 400),
    (15, 30),
    LogNormal(
        target=18,
        sigma=0.67,
        terms=(
            assumed("rls_case", 0.3, "a third longer with RLS"),
            _severity(0.15, f"derived: correlation 0.21 {_YANG}", Evidence.WEAK),
            assumed("anxiety", 0.2, "the anxious lie awake"),
            assumed("age", 0.04, "a little longer with age"),
        ),
    ),
    "assumed: log-normal, median 18 minutes, SD of the logarithm 0.7",
)

# --- global severity and quality of life ----------------------------------------------------------

CGI_S = _score(
    "cgi_s",
    "Clinical global impression of severity",
    (1, 7),
    (3, 4),
    Normal(
        target=3.5,
        target_among=_CASES,
        sd=0.9,
        terms=(
            _severity(1.05, "a correlation with the rating scale near 0.7"),
            assumed("irls_impact_factor", 0.2, "the clinician hears of the days too"),
        ),
    ),
    "assumed: mean 3.5, moderate, in the community",
    applies_to="rls_case",
)

RLS_QOL = Variable(
    name="rls_qol",
    label="Quality of life with RLS",
    domain=Domain.OUTCOME,
    kind=Kind.CONTINUOUS,
    unit="points",
    limits=(0, 100),
    resolution=0.1,
    contrast=(70, 60),
    missing=_ASKED,
    applies_to="rls_case",
    equation=Normal(
        target=70,
        target_among=_CASES,
        sd=8.7,
        terms=(
            _severity(
                -11.5, "derived: correlation of -0.68 with the rating scale (Abetz 2006)", Evidence.MODERATE
            ),
            assumed("irls_impact_factor", -8.0, "-0.70 with the impact and -0.52 with the symptoms subscale"),
            assumed("depression", -4.0, "the depressed rate their life lower"),
        ),
    ),
    source="assumed: mean 70, SD 18 in the community; high is good",
)


def _sf12(name: str, label: str, sd: float, terms: tuple[Cause, ...]) -> Variable:
    """Return one of the two summaries of the short form, standardised in the population."""
    return Variable(
        name=name,
        label=label,
        domain=Domain.OUTCOME,
        kind=Kind.CONTINUOUS,
        unit="points",
        limits=(0, 100),
        resolution=0.1,
        contrast=(50, 45),
        missing=_ASKED,
        equation=Normal(target=50, sd=sd, terms=terms),
        source="by definition: mean 50 and SD 10 in the population",
    )


SF12_PCS = _sf12(
    "sf12_pcs",
    "Physical health, SF-12",
    9.1,
    (
        assumed("age", -1.3, "falls with age"),
        assumed("bmi", -0.8, "falls with overweight"),
        assumed("arthritis", -4.5, "pain on moving"),
        assumed("cvd", -4.0, "short of breath"),
        assumed("diabetes", -2.0, "beside its consequences"),
        assumed("neuropathy", -3.0, "pain and numbness"),
        assumed("dialysis", -8.0, "a severe illness"),
        assumed("parkinson", -6.0, "slow and stiff"),
        assumed("multiple_sclerosis", -8.0, "weakness and fatigue"),
        assumed("depression", -1.5, "felt in the body too"),
        assumed("activity_true", 0.5, "the active feel better"),
        assumed("rls_case", -1.5, "a little lower with RLS"),
        _severity(-2.0, "a fifth of an SD per SD of severity"),
    ),
)
SF12_MCS = _sf12(
    "sf12_mcs",
    "Mental health, SF-12",
    8.6,
    (
        assumed("age", 0.6, "rises with age"),
        assumed("sex", -0.5, "lower in women"),
        assumed("depression", -5.0, "half an SD"),
        assumed("anxiety", -3.5, "a third of an SD"),
        assumed("perceived_stress", -2.5, "a quarter of an SD per SD of stress"),
        assumed("sleep_complaint", -2.0, "bad nights"),
        assumed("rls_case", -0.5, "beside the nights"),
        _severity(-1.5, "beside the nights"),
    ),
)

VARIABLES = (
    *RLS6,
    SLEEP_COMPLAINT,
    ISI,
    ESS,
    PSQI,
    PLM_HABIT,
    PLM_FIRST_NIGHT,
    PLMI,
    PLMI_SECOND,
    PLM_AROUSAL_INDEX,
    SLEEP_EFFICIENCY,
    SLEEP_LATENCY,
    CGI_S,
    RLS_QOL,
    SF12_PCS,
    SF12_MCS,
)
