"""Having RLS, how severe it is, and the ten items of the rating scale.

Presence and severity are two parts with their own causes. The rating scale exists only for people
with RLS; for others it is not applicable, which is not zero. Items carry neutral topics: the wording of the
scale is licensed and is not part of this package.
"""

from rlsstudy.declare.equations import BandOf, Bernoulli, Cause, GradedItem, Normal, SumOf
from rlsstudy.declare.kinds import Domain, Evidence, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.rls.vascular import NO_ARTERIAL_EFFECT, NO_VENOUS_EFFECT
from rlsstudy.declare.variable import Variable

_SCALED = "assumed: 0.6 of the effect on having RLS, on the latent scale"

RLS_CASE = Variable(
    name="rls_case",
    label="Restless legs syndrome",
    domain=Domain.OUTCOME,
    kind=Kind.BINARY,
    levels=("no", "yes"),
    equation=Bernoulli(
        target=0.076,
        terms=(
            Cause(
                "age",
                0.1,
                Evidence.MODERATE,
                "derived: Song 2024, J Glob Health 14:04113, 1.13, taken as per 10 years, which the abstract does not say",
            ),
            Cause(
                "parity",
                0.22,
                Evidence.ASSUMED,
                "assumed: 0.12 SD a birth; Berger 2004, Arch Intern Med 164:196, found 1.98, 3.04 and 3.57 for 1, 2 and 3",
            ),
            Cause(
                "bmi",
                0.11,
                Evidence.MODERATE,
                "derived: Gao 2009 and De Vito 2014, 1.42 to 1.57 above 30 against below 23",
            ),
            Cause(
                "ferritin",
                -0.06,
                Evidence.ASSUMED,
                "assumed: population studies are null, anaemia clinics are not",
            ),
            Cause(
                "haemoglobin",
                -0.1,
                Evidence.ASSUMED,
                "assumed: far below the ninefold risk in iron-deficiency anaemia, which needs a threshold",
            ),
            Cause("prs_rls", 0.588, Evidence.ASSUMED, "assumed: odds ratio 1.8 per SD"),
            Cause("meis1_rs113851554_dose", 0.642, Evidence.ASSUMED, "assumed: odds ratio 1.9 an allele"),
            Cause("btbd9_rs9357271_dose", 0.385, Evidence.ASSUMED, "assumed: odds ratio 1.47 an allele"),
            Cause(
                "smoking",
                (("former", 0.1), ("current", 0.378)),
                Evidence.MODERATE,
                "Song 2024, J Glob Health 14:04113: odds ratio 1.46; for former smokers a quarter of it",
            ),
            Cause(
                "physical_activity",
                -0.1,
                Evidence.MODERATE,
                "derived: Winter 2013, Am J Med 126:228, 0.78 for frequent exercise",
            ),
            Cause(
                "diabetes",
                0.2,
                Evidence.MODERATE,
                "derived: Song 2024, J Glob Health 14:04113, 1.54 in all, less what neuropathy carries",
            ),
            Cause(
                "neuropathy",
                0.91,
                Evidence.CONTESTED,
                "Fereshtehnejad 2017: 3.7 by screening; Hattan 2009: no difference once confirmed; 2.5 taken between",
            ),
            Cause(
                "migraine", 0.223, Evidence.MODERATE, "Sleep Med 2019, doi 10.1016/j.sleep.2019.01.027: 1.25"
            ),
        ),
    ),
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
    equation=Normal(
        target=0,
        target_among=("rls_case", "yes"),
        sd=0.96,
        terms=(
            Cause("age", 0.034, Evidence.ASSUMED, _SCALED),
            Cause(
                "sex",
                -0.1,
                Evidence.ASSUMED,
                "assumed: 0.1 SD; men were more severe in the German and Swiss patient cohort (PMC3990552)",
            ),
            Cause("parity", 0.07, Evidence.ASSUMED, _SCALED),
            Cause("bmi", 0.04, Evidence.ASSUMED, _SCALED),
            Cause(
                "ferritin",
                -0.06,
                Evidence.ASSUMED,
                "assumed: correlation near -0.05, population studies being null; Sun 1998, Sleep 21:371, found the more "
                "severe to have less, without a size",
            ),
            Cause("prs_rls", 0.1, Evidence.ASSUMED, "assumed: familial RLS is hardly more severe"),
            Cause(
                "meis1_rs113851554_dose",
                0.0,
                Evidence.ASSUMED,
                "assumed: no locus is known to act on severity",
            ),
            Cause(
                "btbd9_rs9357271_dose", 0.0, Evidence.ASSUMED, "assumed: no locus is known to act on severity"
            ),
            Cause("smoking", (("former", 0.03), ("current", 0.12)), Evidence.ASSUMED, _SCALED),
            Cause("physical_activity", -0.03, Evidence.ASSUMED, _SCALED),
            Cause("diabetes", 0.07, Evidence.ASSUMED, _SCALED),
            Cause("neuropathy", 0.3, Evidence.ASSUMED, _SCALED),
            Cause("migraine", 0.07, Evidence.ASSUMED, _SCALED),
            Cause(
                "caffeine",
                0.0,
                Evidence.NULL,
                "on having RLS, no association (Batool-Anwar 2016, J Clin Sleep Med 12:187); on severity nothing is known",
            ),
            Cause(
                "hypertension",
                0.0,
                Evidence.CONTESTED,
                "on having RLS, 0.90 prospectively (De Vito 2014) and 1.20 cross-sectionally (Batool-Anwar 2011, "
                "Hypertension 58:791); on severity nothing is known",
            ),
            NO_VENOUS_EFFECT,
            NO_ARTERIAL_EFFECT,
        ),
    ),
    source="by definition: mean 0 and SD about 1 among people with RLS in the community",
)

_GAP_IN_ITEMS = (MissingReason("not answered"),)  # a score has the gaps of its items, and none of its own
_ITEM_SOURCE = "assumed: loadings and thresholds that give the mean of Hogl 2005 and the alpha of Abetz 2006"
_ITEMS = (
    ("discomfort", 0.80, (-0.71, -0.05, 0.62, 1.28)),
    ("urge", 0.82, (-0.75, -0.09, 0.58, 1.24)),
    ("relief", 0.60, (-0.54, 0.20, 0.93, 1.67)),
    ("sleep", 0.78, (-0.50, 0.09, 0.69, 1.28)),
    ("tiredness", 0.66, (-0.21, 0.39, 0.98, 1.58)),
    ("overall", 0.90, (-0.67, -0.01, 0.66, 1.32)),
    ("days a week", 0.70, (-0.60, -0.18, 0.24, 0.66)),
    ("hours a day", 0.68, (-0.38, 0.22, 0.81, 1.41)),
    ("daily affairs", 0.72, (0.05, 0.68, 1.31, 1.94)),
    ("mood", 0.68, (0.00, 0.63, 1.26, 1.89)),
)

ITEMS = tuple(
    Variable(
        name=f"irls_i{number:02d}",
        label=f"IRLS item {number} ({topic})",
        domain=Domain.OUTCOME,
        kind=Kind.INTEGER,
        unit="points",
        limits=(0, 4),
        missing=(MissingReason("not answered", 0.004),),
        applies_to="rls_case",
        equation=GradedItem(
            latent="rls_severity", loading=loading, thresholds=thresholds, source=_ITEM_SOURCE
        ),
        source=_ITEM_SOURCE,
    )
    for number, (topic, loading, thresholds) in enumerate(_ITEMS, start=1)
)


def _items(*numbers: int) -> tuple[str, ...]:
    return tuple(f"irls_i{number:02d}" for number in numbers)


def _score(name: str, label: str, items: tuple[str, ...], source: str, evidence: Evidence) -> Variable:
    return Variable(
        name=name,
        label=label,
        domain=Domain.OUTCOME,
        kind=Kind.INTEGER,
        unit="points",
        limits=(0, 4 * len(items)),
        missing=_GAP_IN_ITEMS,
        applies_to="rls_case",
        equation=SumOf(items=items),
        source=source,
        evidence=evidence,
    )


_ALLOCATION = "assumed: allocation of items to subscales after Abetz 2006; item 3 belongs to neither"

TOTAL = _score(
    "irls_total",
    "IRLS total",
    _items(*range(1, 11)),
    "Walters 2003, Sleep Med 4:121: ten items of 0 to 4",
    Evidence.STRONG,
)
SYMPTOMS = _score(
    "irls_symptoms", "IRLS symptoms subscale", _items(1, 2, 4, 6, 7, 8), _ALLOCATION, Evidence.ASSUMED
)
IMPACT = _score("irls_impact", "IRLS impact subscale", _items(5, 9, 10), _ALLOCATION, Evidence.ASSUMED)

BAND = Variable(
    name="irls_band",
    label="IRLS band",
    domain=Domain.OUTCOME,
    kind=Kind.ORDINAL,
    levels=("none", "mild", "moderate", "severe", "very severe"),
    missing=_GAP_IN_ITEMS,
    applies_to="rls_case",
    equation=BandOf(score="irls_total", cuts=(1, 11, 21, 31)),
    source="assumed: 0, 1-10, 11-20, 21-30, 31-40, the customary bands",
)

VARIABLES = (RLS_CASE, SEVERITY, *ITEMS, TOTAL, SYMPTOMS, IMPACT, BAND)
