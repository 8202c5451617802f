"""The ten items of the IRLS rating scale and their scores.

The scale exists only for people with RLS; for others it is not applicable, which is not zero. Items carry neutral
topics: the wording of the scale is licensed and is not part of this package.
"""

from rlsstudy.declare.equations import BandOf, Cause, GradedItem, Normal, SumOf
from rlsstudy.declare.kinds import Domain, Evidence, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.variable import Variable

IMPACT_FACTOR = Variable(
    name="irls_impact_factor",
    label="What the items on impact share beyond severity, latent",
    domain=Domain.OUTCOME,
    kind=Kind.CONTINUOUS,
    unit="SD",
    contrast=(0, 1),
    measured=False,
    equation=Normal(baseline=0, sd=1),
    source="by definition: standard normal, and independent of severity",
)

_ON_IMPACT = (5, 9, 10)
_SKIPPED = MissingReason(
    "not answered",
    0.004,
    causes=(Cause("rls_severity", 0.4, Evidence.ASSUMED, "assumed: the severe leave more items out"),),
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
        missing=(_SKIPPED,),
        applies_to="rls_case",
        equation=GradedItem(
            latent="rls_severity",
            loading=loading,
            thresholds=thresholds,
            second=("irls_impact_factor", 0.35) if number in _ON_IMPACT else None,
            source=_ITEM_SOURCE,
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

VARIABLES = (IMPACT_FACTOR, *ITEMS, TOTAL, SYMPTOMS, IMPACT, BAND)
