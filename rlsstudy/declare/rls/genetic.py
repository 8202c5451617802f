"""Inherited risk: a polygenic score, named loci, two instruments for iron, and what families report.

Each locus is in Hardy-Weinberg equilibrium and independent of the others. MEIS1 rs12469063 is left out: it is in
linkage disequilibrium with rs2300478 (r² about 0.9), so that the two would count one signal twice.

Family history causes nothing. It is more frequent in people with RLS because both come from the same genes; what the
named genes do not carry goes through an inherited form of RLS, which also begins earlier.
"""

from rlsstudy.declare.equations import Bernoulli, Cause, Genotype, Normal, RatioOf
from rlsstudy.declare.kinds import NO_YES, Domain, Evidence, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.rls.gaps import NOT_GENOTYPED, NOT_RETURNED, SKIPPED
from rlsstudy.declare.variable import Variable

_CASES = ("rls_case", "yes")
_ALLELE_LIMITS = (0, 2)


def _by_ancestry(
    east_asian: float, african: float, american: float, middle_eastern: float, why: str
) -> Cause:
    sizes = (
        ("East Asian", east_asian),
        ("African", african),
        ("Admixed American", american),
        ("Middle Eastern", middle_eastern),
    )
    return Cause("ancestry", sizes, Evidence.ASSUMED, f"assumed: {why}")


def _score(name: str, label: str, sd: float, terms: tuple[Cause, ...], source: str) -> Variable:
    return Variable(
        name=name,
        label=label,
        domain=Domain.GENETIC,
        kind=Kind.CONTINUOUS,
        unit="SD",
        limits=(-6, 6),
        resolution=0.001,
        contrast=(0, 1),
        missing=(NOT_GENOTYPED,),
        equation=Normal(target=0, sd=sd, terms=terms),
        source=source,
    )


def _locus(
    name: str, frequency: float, allele: str, source: str, evidence: Evidence = Evidence.ASSUMED
) -> Variable:
    gene, snp, _ = name.split("_")
    shown = "2p14" if gene == "p2p14" else gene.upper()
    return Variable(
        name=name,
        label=f"{shown} {snp}, risk alleles ({allele})",
        domain=Domain.GENETIC,
        kind=Kind.INTEGER,
        unit="alleles",
        limits=_ALLELE_LIMITS,
        contrast=(0, 1),
        missing=(NOT_GENOTYPED,),
        code=f"dbSNP {snp}",
        equation=Genotype(frequency=frequency),
        source=source,
        evidence=evidence,
    )


# --- scores and ancestry ------------------------------------------------------------------------

PRS_RLS = _score(
    "prs_rls",
    "Polygenic score for RLS",
    0.99,
    (
        _by_ancestry(
            -0.3, -0.3, -0.1, 0.0, "frequencies of alleles differ; no effect on RLS apart from the score"
        ),
    ),
    "by definition: standardised in the population, without the loci listed apart",
)
IRON_PRS = _score(
    "iron_prs",
    "Polygenic score for iron stores",
    1.0,
    (),
    "by definition: standardised in the population; loci of TMPRSS6, TF and others, without HFE C282Y",
)
ANCESTRY_PC1 = _score(
    "ancestry_pc1",
    "Ancestry, first principal component",
    0.3,
    (_by_ancestry(0.8, 4.0, 0.9, 0.6, "sets African apart from all others"),),
    "assumed: centred; distances between groups far larger than within",
)
ANCESTRY_PC2 = _score(
    "ancestry_pc2",
    "Ancestry, second principal component",
    0.3,
    (_by_ancestry(4.0, 1.2, 1.8, 0.3, "sets East Asian apart from European"),),
    "assumed: centred; distances between groups far larger than within",
)

# --- loci ---------------------------------------------------------------------------------------

_TO_BE_CHECKED = "to be checked in a reference panel"

LOCI = (
    _locus(
        "meis1_rs113851554_dose",
        0.056,
        "T",
        "risk allele frequency 0.056 in French-Canadian controls, in a study still to be named",
        Evidence.WEAK,
    ),
    _locus(
        "meis1_rs2300478_dose",
        0.265,
        "G",
        "Winkelmann 2007 (PMID 17637780): risk allele frequency 0.265",
        Evidence.MODERATE,
    ),
    _locus("btbd9_rs9357271_dose", 0.76, "T", f"assumed: risk allele frequency 0.76, {_TO_BE_CHECKED}"),
    _locus("map2k5_rs12593813_dose", 0.68, "G", f"assumed: risk allele frequency 0.68, {_TO_BE_CHECKED}"),
    _locus("ptprd_rs1975197_dose", 0.16, "A", f"assumed: risk allele frequency 0.16, {_TO_BE_CHECKED}"),
    _locus("tox3_rs3104767_dose", 0.58, "G", f"assumed: risk allele frequency 0.58, {_TO_BE_CHECKED}"),
    _locus("p2p14_rs6747972_dose", 0.44, "A", f"assumed: risk allele frequency 0.44, {_TO_BE_CHECKED}"),
)

HFE = Variable(
    name="hfe_c282y_dose",
    label="HFE C282Y, alleles",
    domain=Domain.GENETIC,
    kind=Kind.INTEGER,
    unit="alleles",
    limits=_ALLELE_LIMITS,
    contrast=(0, 1),
    missing=(NOT_GENOTYPED,),
    code="dbSNP rs1800562",
    equation=Genotype(frequency=0.06),
    source=f"assumed: allele frequency 0.06, {_TO_BE_CHECKED}; no association with RLS (Oexle 2013)",
)

# --- families -----------------------------------------------------------------------------------

INHERITED_FORM = Variable(
    name="rls_inherited",
    label="Inherited form of RLS, latent",
    domain=Domain.GENETIC,
    kind=Kind.BINARY,
    levels=NO_YES,
    measured=False,
    equation=Bernoulli(
        target=0.39,
        target_among=_CASES,
        among=_CASES,
        terms=(
            assumed("prs_rls", 0.3, "a high score is found more often in families"),
            assumed("meis1_rs113851554_dose", 0.3, "the signal was stronger in familial cases"),
        ),
    ),
    source="assumed: 39 % of people with RLS, so that 55 % of them report a relative",
)

FAMILY_HISTORY = Variable(
    name="family_history_rls",
    label="First-degree relative with RLS",
    domain=Domain.GENETIC,
    kind=Kind.BINARY,
    levels=NO_YES,
    missing=(
        NOT_RETURNED,
        SKIPPED,
        MissingReason(
            "does not know",
            0.07,
            causes=(
                assumed("family_history_rls", -0.7, "whoever has heard of a relative with RLS knows"),
                assumed("sex", -0.3, "women know more of their relatives"),
                assumed("age", 0.15, "the parents of the old are long dead"),
            ),
        ),
    ),
    equation=Bernoulli(
        target=0.25,
        terms=(
            assumed("prs_rls", 0.5, "relatives share half of the score"),
            assumed("meis1_rs113851554_dose", 0.35, "relatives share the locus"),
            assumed("meis1_rs2300478_dose", 0.2, "relatives share the locus"),
            assumed("btbd9_rs9357271_dose", 0.2, "relatives share the locus"),
            assumed("map2k5_rs12593813_dose", 0.18, "relatives share the locus"),
            assumed("rls_inherited", 4.0, "what families share beyond the named loci"),
            assumed("rls_case", 0.2, "recall: whoever has RLS knows what it is, and asks"),
        ),
    ),
    source="assumed: 25 % in the population; 55 % of clinic patients (54.9 % in one series)",
)

# --- onset --------------------------------------------------------------------------------------

_ONSET_SHARE = Variable(
    name="onset_share",
    label="Share of life before RLS began, latent",
    domain=Domain.GENETIC,
    kind=Kind.CONTINUOUS,
    limits=(0.05, 0.995),
    contrast=(0, 1),
    measured=False,
    equation=Normal(
        baseline=1.15,
        sd=0.33,
        terms=(
            assumed("rls_inherited", -1.0, "the inherited form begins earlier"),
            assumed("prs_rls", -0.02, "a high score goes with an early beginning"),
        ),
    ),
    source="assumed: as a share of life, because nobody's RLS can begin later than today",
)

_ONSET_EXACT = Variable(
    name="age_onset_exact",
    label="Age when RLS began, exact, latent",
    domain=Domain.GENETIC,
    kind=Kind.CONTINUOUS,
    unit="years",
    contrast=(30, 40),
    measured=False,
    equation=RatioOf(numerator="onset_share", denominator="age", power=-1, decimals=2),
    source="by definition: age times the share of life before RLS began",
)

AGE_ONSET = Variable(
    name="age_onset",
    label="Age when RLS began",
    domain=Domain.GENETIC,
    kind=Kind.INTEGER,
    unit="years",
    limits=(0, 110),
    resolution=1,
    contrast=(30, 40),
    applies_to="rls_case",
    missing=(NOT_RETURNED, SKIPPED, MissingReason("does not remember", 0.05)),
    equation=Normal(
        baseline=30,
        sd=0.001,
        terms=(
            Cause("age_onset_exact", 10, Evidence.ASSUMED, "by definition: the same age, in whole years"),
        ),
    ),
    source="Xiong 2010 (PMID 20457962): familial RLS began at 28 (SD 15); 45 (SD 15) without family history is assumed",
    evidence=Evidence.MODERATE,
)

VARIABLES = (
    PRS_RLS,
    *LOCI,
    IRON_PRS,
    HFE,
    ANCESTRY_PC1,
    ANCESTRY_PC2,
    INHERITED_FORM,
    FAMILY_HISTORY,
    _ONSET_SHARE,
    _ONSET_EXACT,
    AGE_ONSET,
)
