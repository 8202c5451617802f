"""What is measured of iron: in serum, in the brain, in the cerebrospinal fluid; and the rules that sort it.

Ferritin also rises with inflammation and differs between assay batches; the soluble transferrin receptor does not.
Low brain iron is a cause of RLS in this model and not a consequence, so that people with RLS have less of it
on average because less of it makes RLS.
"""

from dataclasses import replace

from rlsstudy.declare.equations import Cause, Condition, LogNormal, Normal, RatioOf, RuleOf
from rlsstudy.declare.kinds import NO_YES, Domain, Evidence, Kind, Scale
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.rls.gaps import ASSAY_FAILED, NO_BLOOD, NO_EXTENDED_PANEL, NO_IMAGING
from rlsstudy.declare.variable import Variable

_IN_BLOOD = (NO_BLOOD, ASSAY_FAILED)
_DOUBLING = 0.693147  # ln 2: one doubling of the stores is one doubling of ferritin
NO_LUMBAR_PUNCTURE = MissingReason(
    "not in the lumbar puncture substudy", 0.95, together="lumbar puncture", planned=True
)
NO_BONE_WINDOW = MissingReason(
    "no bone window",
    0.1,
    causes=(
        Cause("age", 0.2, Evidence.ASSUMED, "assumed: the bone grows denser with age"),
        Cause("sex", 0.5, Evidence.ASSUMED, "assumed: more often in women"),
    ),
)


# --- serum --------------------------------------------------------------------------------------

NO_BTBD9_EFFECT = Cause(
    "btbd9_rs9357271_dose",
    0.0,
    Evidence.CONTESTED,
    "13 % less per allele in Iceland (Stefansson 2007); none in KORA (Oexle 2013, doi 10.1038/ejhg.2012.193)",
)
BTBD9_EFFECT = replace(NO_BTBD9_EFFECT, size=-0.13)

FERRITIN = Variable(
    name="ferritin",
    label="Serum ferritin",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="µg/L",
    limits=(0.5, 10_000),
    resolution=1,
    scale=Scale.LOG2,
    contrast=(50, 100),
    detection=(2, 3000),
    missing=_IN_BLOOD,
    stands_for=("body_iron", 50, 100),
    other_units=(("ng/mL", 1.0), ("ug/L", 1.0), ("µg/dL", 10.0), ("pmol/L", 1 / 2.247)),
    code="LOINC 2276-4",
    equation=LogNormal(
        baseline=50,
        sigma=0.22,
        terms=(
            Cause("body_iron", _DOUBLING, Evidence.ASSUMED, "by definition: a doubling for a doubling"),
            assumed("crp", 0.139, "0.22 per SD of ln CRP, an acute-phase protein"),
            Cause(
                "assay_batch",
                (
                    ("batch 2", 0.02),
                    ("batch 3", -0.03),
                    ("batch 4", 0.04),
                    ("batch 5", -0.02),
                    ("batch 6", 0.05),
                ),
                Evidence.ASSUMED,
                "assumed: batches differ by a few per cent",
            ),
            Cause(
                "ancestry",
                (("East Asian", 0.0), ("African", 0.15), ("Admixed American", 0.0), ("Middle Eastern", 0.0)),
                Evidence.ASSUMED,
                "assumed: 0.15; NHANES III (PMID 10874269) found ferritin higher in Black adults, transferrin saturation "
                "not",
            ),
            NO_BTBD9_EFFECT,
        ),
    ),
    source="assumed: error of the assay and from day to day 0.22 on the logarithm; an immunoassay reports 2 to 3000",
)

SERUM_IRON = Variable(
    name="serum_iron",
    label="Serum iron",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="µmol/L",
    limits=(1, 70),
    resolution=0.1,
    contrast=(15, 20),
    detection=(1, None),
    missing=_IN_BLOOD,
    other_units=(("µg/dL", 0.1791), ("ug/dL", 0.1791)),
    equation=Normal(
        target=16.2,
        target_among=("sex", "male"),
        sd=4.9,
        terms=(
            Cause(
                "body_iron",
                1.8,
                Evidence.ASSUMED,
                "assumed: saturation correlates by 0.45 with ln ferritin",
                acts_between=(4, 300),
            ),
            assumed("crp", -0.5, "falls with inflammation"),
        ),
    ),
    source="assumed: gives a saturation of 28 % (SD 10) in men and 24 % (SD 10) in women, in the morning and fasting",
)

TIBC = Variable(
    name="tibc",
    label="Total iron-binding capacity",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="µmol/L",
    limits=(25, 130),
    resolution=0.1,
    contrast=(60, 70),
    missing=_IN_BLOOD,
    other_units=(("µg/dL", 0.1791), ("ug/dL", 0.1791)),
    equation=Normal(
        target=60,
        sd=8.1,
        terms=(
            assumed("body_iron", -2.6, "correlates by -0.4 with ln ferritin"),
            assumed("crp", -0.6, "falls with inflammation"),
            assumed("pregnant", 15, "rises in pregnancy"),
        ),
    ),
    source="assumed: mean 60, SD 9",
)

TSAT = Variable(
    name="tsat",
    label="Transferrin saturation",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="%",
    limits=(1, 150),
    contrast=(20, 30),
    code="LOINC 2502-3",
    equation=RatioOf(numerator="serum_iron", denominator="tibc", factor=100),
    source="by definition: serum iron in per cent of the iron-binding capacity",
)

STFR = Variable(
    name="stfr",
    label="Soluble transferrin receptor",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="mg/L",
    limits=(0.2, 20),
    resolution=0.01,
    scale=Scale.LOG2,
    contrast=(1, 2),
    missing=(NO_BLOOD, NO_EXTENDED_PANEL, ASSAY_FAILED),
    code="LOINC 30248-9",
    equation=LogNormal(
        target=1.34,
        sigma=0.21,
        terms=(
            assumed("body_iron", -0.098, "correlates by -0.5 with ln ferritin"),
            Cause("crp", 0.0, Evidence.ASSUMED, "assumed: not a protein of the acute phase"),
            assumed("pregnant", 0.15, "more red cells are made"),
        ),
    ),
    source="Bruneck 2005: 1.34 mg/L without RLS and 1.48 with; the SD of about 0.4 is assumed",
    evidence=Evidence.MODERATE,
)

# --- brain --------------------------------------------------------------------------------------

BRAIN_IRON = Variable(
    name="brain_iron",
    label="Iron of the substantia nigra, latent",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="SD",
    limits=(-6, 6),
    contrast=(0, 1),
    measured=False,
    equation=Normal(
        target=0,
        sd=0.978,
        terms=(
            assumed("body_iron", 0.13, "correlates by 0.18 with the stores; 0.10 to 0.25 are plausible"),
            assumed("prs_rls", -0.1, "0.10 per SD of the score"),
        ),
    ),
    source="by definition: mean 0 and SD 1 in the population. RLS is no cause of it: a gap of about 0.45 SD between people "
    "with and without RLS arises because low brain iron makes RLS; 0.5 was looked for",
)

SN_IRON_INDEX = Variable(
    name="sn_iron_index",
    label="Iron index of the substantia nigra, by magnetic resonance",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="SD",
    limits=(-6, 6),
    resolution=0.01,
    contrast=(0, 1),
    missing=(NO_IMAGING,),
    stands_for=("brain_iron", 0, 1 / 0.6),
    equation=Normal(
        baseline=0, sd=0.8, terms=(assumed("brain_iron", 0.6, "0.6 of the latent iron and noise"),)
    ),
    source="assumed: standardised; small studies found it low in early-onset RLS (Earley 2006) or in late-onset RLS "
    "only (Moon 2014) or in neither (Knake 2010)",
)

SN_ECHOGENICITY = Variable(
    name="sn_echogenicity",
    label="Echogenic area of the substantia nigra",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="mm²",
    limits=(0, 60),
    resolution=0.1,
    contrast=(12, 16),
    missing=(NO_IMAGING, NO_BONE_WINDOW),
    stands_for=("brain_iron", 0, 1 / 0.6),
    other_units=(("cm²", 100.0),),
    equation=Normal(
        baseline=12, sd=3.2, terms=(assumed("brain_iron", 2.4, "0.6 of the latent iron and noise"),)
    ),
    source="assumed: mean 12, SD 4; echogenicity goes with relaxation times of iron (Godau 2008, r -0.61)",
)

CSF_FERRITIN = Variable(
    name="csf_ferritin",
    label="Ferritin in the cerebrospinal fluid",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="ng/mL",
    limits=(0.05, 60),
    resolution=0.01,
    scale=Scale.LOG2,
    contrast=(2, 4),
    detection=(0.2, None),
    missing=(NO_LUMBAR_PUNCTURE, ASSAY_FAILED),
    other_units=(("µg/L", 1.0), ("ug/L", 1.0)),
    equation=LogNormal(
        baseline=3.2,
        sigma=0.5,
        terms=(
            assumed("brain_iron", 0.38, "0.6 of the latent iron and noise"),
            assumed("age", 0.05, "rises with age"),
        ),
    ),
    source="assumed: about 3.5 without RLS; 1.1 was found with it, a far greater gap than the iron in this model gives",
)

# --- rules --------------------------------------------------------------------------------------

_INFLAMED = Condition(variable="crp", at_least=5.001)  # above 5, in the decimals that assays report


def _ferritin_below(limit: float) -> Condition:
    return Condition(variable="ferritin", below=limit)


IRON_DEFICIENCY = Variable(
    name="iron_deficiency",
    label="Iron deficiency",
    domain=Domain.IRON,
    kind=Kind.BINARY,
    levels=NO_YES,
    code="SNOMED CT 35240004",
    equation=RuleOf(any_of=((_ferritin_below(15),), (_ferritin_below(30), _INFLAMED))),
    source="by definition: ferritin below 15 µg/L, or below 30 with C-reactive protein above 5 mg/L",
)

LOW_FERRITIN = Variable(
    name="low_ferritin",
    label="Ferritin of 75 µg/L or less",
    domain=Domain.IRON,
    kind=Kind.BINARY,
    levels=NO_YES,
    equation=RuleOf(any_of=((_ferritin_below(75.001),),)),  # 75 counts as low
    source="by definition: the cut of treatment guidelines for RLS (Allen 2018, Sleep Med 41:27)",
)

IDA = Variable(
    name="ida",
    label="Iron-deficiency anaemia",
    domain=Domain.IRON,
    kind=Kind.BINARY,
    levels=NO_YES,
    stands_for=("ida_state", 0, 1),
    code="SNOMED CT 87522002",
    equation=RuleOf(
        any_of=(
            (Condition(variable="iron_deficiency", at_least=1), Condition(variable="anaemia", at_least=1)),
        )
    ),
    source="by definition: iron deficiency and anaemia, both by measurement",
)

VARIABLES = (
    FERRITIN,
    SERUM_IRON,
    TIBC,
    TSAT,
    STFR,
    BRAIN_IRON,
    SN_IRON_INDEX,
    SN_ECHOGENICITY,
    CSF_FERRITIN,
    IRON_DEFICIENCY,
    LOW_FERRITIN,
    IDA,
)
