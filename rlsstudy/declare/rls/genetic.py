"""Inherited risk: a polygenic score, two named loci, and family history, which is no cause."""

from rlsstudy.declare.equations import Bernoulli, Cause, Genotype, Normal
from rlsstudy.declare.kinds import Domain, Evidence, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.variable import Variable

_NOT_GENOTYPED = (MissingReason("not genotyped", 0.06),)

PRS_RLS = Variable(
    name="prs_rls",
    label="Polygenic score for RLS",
    domain=Domain.GENETIC,
    kind=Kind.CONTINUOUS,
    unit="SD",
    limits=(-6, 6),
    resolution=0.001,
    contrast=(0, 1),
    missing=_NOT_GENOTYPED,
    equation=Normal(baseline=0, sd=1),
    source="by definition: standardised in the population, without the loci listed apart",
)

MEIS1 = Variable(
    name="meis1_rs113851554_dose",
    label="MEIS1 rs113851554, risk alleles",
    domain=Domain.GENETIC,
    kind=Kind.INTEGER,
    unit="alleles",
    limits=(0, 2),
    contrast=(0, 1),
    missing=_NOT_GENOTYPED,
    equation=Genotype(frequency=0.056),
    source="risk allele frequency 0.056 in French-Canadian controls, in a study still to be named",
    evidence=Evidence.WEAK,
)

BTBD9 = Variable(
    name="btbd9_rs9357271_dose",
    label="BTBD9 rs9357271, risk alleles",
    domain=Domain.GENETIC,
    kind=Kind.INTEGER,
    unit="alleles",
    limits=(0, 2),
    contrast=(0, 1),
    missing=_NOT_GENOTYPED,
    equation=Genotype(frequency=0.76),
    source="assumed: risk allele frequency 0.76, to be checked in a reference panel",
)

FAMILY_HISTORY = Variable(
    name="family_history_rls",
    label="First-degree relative with RLS",
    domain=Domain.GENETIC,
    kind=Kind.BINARY,
    levels=("no", "yes"),
    missing=(MissingReason("does not know", 0.07),),
    equation=Bernoulli(
        target=0.25,
        terms=(
            Cause("prs_rls", 1.2, Evidence.ASSUMED, "assumed: relatives share the score"),
            Cause("meis1_rs113851554_dose", 1.0, Evidence.ASSUMED, "assumed: relatives share the locus"),
            Cause("btbd9_rs9357271_dose", 0.5, Evidence.ASSUMED, "assumed: relatives share the locus"),
        ),
    ),
    source="assumed: 25 % in the population",
)

VARIABLES = (PRS_RLS, MEIS1, BTBD9, FAMILY_HISTORY)
