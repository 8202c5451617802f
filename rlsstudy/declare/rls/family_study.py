"""What changes in a study of families: alleles are inherited, half of the polygenic score is shared."""

from dataclasses import replace

from rlsstudy.declare.equations import Cause, Equation, FamilyPlace, Genotype, Inherited, Normal
from rlsstudy.declare.kinds import Domain, Evidence, Kind
from rlsstudy.declare.rls import genetic
from rlsstudy.declare.variable import Variable

FAMILY_SIZE = 4
_HALF = 0.70710678  # the square root of a half: siblings share half of the variance

_SUSCEPTIBILITY = 1.95  # log odds ratio per SD; gives the sibling recurrence of Xiong 2010


def _place(name: str, label: str, *, member: bool) -> Variable:
    return Variable(
        name=name,
        label=label,
        domain=Domain.STUDY,
        kind=Kind.INTEGER,
        equation=FamilyPlace(size=FAMILY_SIZE, member=member),
        source="by definition",
    )


def _latent(name: str, label: str, equation: Equation, source: str, *, whole: bool = False) -> Variable:
    return Variable(
        name=name,
        label=label,
        domain=Domain.GENETIC,
        kind=Kind.INTEGER if whole else Kind.CONTINUOUS,
        contrast=(0, 1),
        limits=(0, 2) if whole else None,
        measured=False,
        shared_by="family",
        equation=equation,
        source=source,
    )


def _inherited(child: Variable) -> tuple[Variable, Variable, Variable]:
    """Return a locus with the two parents it is inherited from."""
    assert isinstance(child.equation, Genotype)
    mother, father = f"mother_{child.name}", f"father_{child.name}"
    parents = [
        _latent(name, f"{child.label}, {who}", child.equation, child.source, whole=True)
        for name, who in ((mother, "mother"), (father, "father"))
    ]
    return (*parents, replace(child, equation=Inherited(mother=mother, father=father)))  # type: ignore[return-value]


_SCORE = next(variable for variable in genetic.VARIABLES if variable.name == "prs_rls")
_FAMILY_SCORE = _latent(
    "family_prs_rls",
    "Polygenic score, the part that siblings share",
    Normal(baseline=0, sd=1),
    "by definition: standardised",
)
_FAMILY_SUSCEPTIBILITY = _latent(
    "family_susceptibility",
    "Inherited susceptibility beyond the measured loci",
    Normal(baseline=0, sd=1),
    "assumed: what else runs in families",
)


def _shared(name: str, size: float, why: str) -> Cause:
    return Cause(name, size, Evidence.ASSUMED, f"assumed: {why}")


def _changed() -> tuple[Variable, ...]:
    loci = [v for v in genetic.VARIABLES if isinstance(v.equation, Genotype)]
    score = replace(
        _SCORE,
        equation=Normal(
            baseline=0, sd=_HALF, terms=(_shared("family_prs_rls", _HALF, "siblings share half"),)
        ),
    )
    return (
        _place("family_number", "Family", member=False),
        _place("family_member", "Place in the family, from the one found first", member=True),
        _FAMILY_SCORE,
        _FAMILY_SUSCEPTIBILITY,
        *(variable for locus in loci for variable in _inherited(locus)),
        score,
    )


FAMILY_VARIABLES = _changed()
FAMILY_CAUSES = (
    (
        "rls_case",
        _shared("family_susceptibility", _SUSCEPTIBILITY, "gives the recurrence among siblings"),
    ),
)
