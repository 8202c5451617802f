"""The veins of the legs: what makes them ill, what duplex ultrasound and the eye see, and what was done about it.

One latent state, venous disease in standard deviations, stands behind reflux, class, score, oedema and treatment.
Its causes (age, sex, births, body mass) are causes of RLS too: with no effect of veins at all the two go together.
"""

from rlsstudy.declare.equations import Bernoulli, Cause, Condition, Count, LogNormal, Normal, Ordinal, RuleOf
from rlsstudy.declare.kinds import NO_YES, Domain, Evidence, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.rls.gaps import NO_DUPLEX, NOT_RETURNED, SKIPPED
from rlsstudy.declare.variable import Variable

_ASKED = (NOT_RETURNED, SKIPPED)
_UNKNOWN_FAMILY = MissingReason("does not know", 0.08)
_NO_VEIN_EXAMINATION = MissingReason(
    "not examined by the vein protocol", 0.50, together="vein protocol", planned=True
)
_CRIQUI = "a risk factor in the San Diego Population Study (Criqui)"


def _history(
    name: str,
    label: str,
    equation: Bernoulli,
    source: str,
    code: str = "",
    missing: tuple[MissingReason, ...] = _ASKED,
) -> Variable:
    """Return something that participants say they have or have had."""
    return Variable(
        name=name,
        label=label,
        domain=Domain.VASCULAR,
        kind=Kind.BINARY,
        levels=NO_YES,
        missing=missing,
        equation=equation,
        code=code,
        source=f"assumed: {source}",
    )


# --- what makes veins ill -------------------------------------------------------------------------

FAMILY_VENOUS = _history(
    "family_venous",
    "Varicose veins in parents or siblings",
    Bernoulli(target=0.35, terms=(assumed("sex", 0.3, "women know more of their family"),)),
    "35 % of adults",
    missing=(*_ASKED, _UNKNOWN_FAMILY),
)

STANDING_WORK = _history(
    "standing_work",
    "Work standing, for most of the working life",
    Bernoulli(
        target=0.30,
        terms=(
            assumed("education_years", -0.5, "the schooled sit"),
            assumed("sex", 0.1, "trades in which women stand"),
        ),
    ),
    "30 % of adults",
)

DVT_HISTORY = _history(
    "dvt_history",
    "Deep vein thrombosis, ever",
    Bernoulli(
        target=0.04,
        terms=(
            assumed("age", 0.45, "log odds ratio per ten years"),
            assumed("bmi", 0.35, "per 5 kg/m²"),
            assumed("parity", 0.1, "pregnancy and childbed", acts_between=(0, 4)),
        ),
    ),
    "4 % of adults",
    code="SNOMED CT 128053003",
)

VENOUS_DISEASE = Variable(
    name="venous_disease",
    label="Venous disease of the legs",
    domain=Domain.VASCULAR,
    kind=Kind.CONTINUOUS,
    unit="SD",
    contrast=(0, 1),
    measured=False,
    equation=Normal(
        target=0,
        sd=0.845,
        terms=(
            assumed("age", 0.22, f"0.35 per SD of age (16 years); {_CRIQUI}"),
            assumed("sex", 0.25, f"0.25 higher in women; {_CRIQUI}"),
            assumed("parity", 0.08, f"0.12 per SD of births; {_CRIQUI}"),
            assumed("bmi", 0.24, f"0.25 per SD of body mass index; {_CRIQUI}, by weight"),
            assumed("family_venous", 0.3, f"0.30 higher with affected relatives; {_CRIQUI}"),
            assumed("standing_work", 0.1, f"0.10 higher after work standing; {_CRIQUI}"),
            Cause(
                "ancestry",
                (("African", -0.2),),
                Evidence.ASSUMED,
                "assumed: African ancestry is protective in the San Diego Population Study (Criqui), size not known",
            ),
        ),
    ),
    source="by definition: mean 0 and SD 1 in the population",
)

# --- duplex ultrasound ----------------------------------------------------------------------------

_SECONDS = 1.1  # SD of the logarithm of seconds, of which venous disease explains three quarters in SD


def _reflux(name: str, label: str, median: float, source: str, *others: Cause, explained: float) -> Variable:
    """Return the duration of reflux in one vein: log-normal, longer with venous disease."""
    disease = assumed("venous_disease", round(explained * _SECONDS, 3), f"a correlation near {explained:g}")
    return Variable(
        name=name,
        label=label,
        domain=Domain.VASCULAR,
        kind=Kind.CONTINUOUS,
        unit="s",
        limits=(0, 15),
        resolution=0.1,
        contrast=(0.5, 1.5),
        missing=(NO_DUPLEX,),
        equation=LogNormal(
            target=median, sigma=round(_SECONDS * (1 - explained**2) ** 0.5, 3), terms=(disease, *others)
        ),
        other_units=(("ms", 0.001),),
        source=source,
    )


_EDINBURGH = "Edinburgh Vein Study, J Vasc Surg 1998"
_ALLAN = "Allan 2000"

REFLUX_GSV_S = _reflux(
    "reflux_gsv_s",
    "Reflux in the great saphenous vein",
    0.165,
    f"assumed: log-normal; 0.5 s or longer in 18 % of persons, as in 18 % of legs ({_EDINBURGH})",
    assumed("sex", -0.25, f"superficial reflux alone in 15 % of women and 9 % of men ({_ALLAN})"),
    explained=0.75,
)
REFLUX_SSV_S = _reflux(
    "reflux_ssv_s",
    "Reflux in the small saphenous vein",
    0.075,
    f"assumed: log-normal; 0.5 s or longer in 5 % of persons, as in 5 % of legs ({_EDINBURGH})",
    explained=0.6,
)
REFLUX_DEEP_S = _reflux(
    "reflux_deep_s",
    "Reflux in the deep veins, the longest",
    0.142,
    f"assumed: log-normal; 0.5 s or longer in 11 % of women and 22 % of men ({_ALLAN})",
    assumed("sex", -0.9, f"any deep reflux in 11 % of women and 22 % of men ({_ALLAN})"),
    assumed(
        "dvt_history",
        1.47,
        "new reflux with an odds ratio of 11.3 (1.0-132) after thrombosis (PMID 24951373), which is 1.34 SD",
    ),
    explained=0.75,
)

VENOUS_REFLUX = Variable(
    name="venous_reflux",
    label="Superficial venous reflux, 0.5 s or longer",
    domain=Domain.VASCULAR,
    kind=Kind.BINARY,
    levels=NO_YES,
    # the mean of venous disease without and with reflux, in a million simulated adults
    stands_for=("venous_disease", -0.27, 1.05),
    equation=RuleOf(
        any_of=(
            (Condition(variable="reflux_gsv_s", at_least=0.5),),
            (Condition(variable="reflux_ssv_s", at_least=0.5),),
        )
    ),
    source="by definition: 0.5 s or longer in the great or the small saphenous vein",
)

# --- what the eye sees ----------------------------------------------------------------------------

CEAP_CLASS = Variable(
    name="ceap_class",
    label="CEAP clinical class, worse leg",
    domain=Domain.VASCULAR,
    kind=Kind.ORDINAL,
    levels=("C0", "C1", "C2", "C3", "C4", "C5", "C6"),
    missing=(_NO_VEIN_EXAMINATION,),
    equation=Ordinal(
        shares=(0.096, 0.591, 0.143, 0.134, 0.029, 0.006, 0.001),
        terms=(
            assumed("venous_disease", 1.6, "a correlation near 0.65 with the latent class"),
            assumed("sex", -0.1, "women are not far above men in the Bonn Vein Study"),
        ),
    ),
    source="Bonn Vein Study (Pannier and Rabe), 3072 adults from a register: 9.6, 59.1, 14.3, 13.4, 2.9, 0.6 and 0.1 %",
    evidence=Evidence.MODERATE,
)

_VCSS_MEANS = (("C1", 0.981), ("C2", 2.590), ("C3", 2.996), ("C4", 3.401), ("C5", 3.689), ("C6", 4.037))

VCSS = Variable(
    name="vcss",
    label="Venous Clinical Severity Score",
    domain=Domain.VASCULAR,
    kind=Kind.INTEGER,
    unit="points",
    limits=(0, 30),
    contrast=(2, 6),
    missing=(NO_DUPLEX,),
    equation=Count(
        baseline=0.3,
        dispersion=0.25,
        terms=(
            Cause(
                "ceap_class",
                _VCSS_MEANS,
                Evidence.ASSUMED,
                "assumed: means 0.3, 0.8, 4, 6, 9, 12 and 17 from C0 to C6, as logarithms of their ratio to C0",
            ),
        ),
    ),
    source="assumed: negative binomial within a class; about 2 in the population, 5 to 7 in a vein clinic",
)

OEDEMA = _history(
    "oedema",
    "Swollen legs",
    Bernoulli(
        target=0.10,
        terms=(
            assumed("venous_disease", 0.5, "beside the class"),
            Cause(
                "ceap_class",
                (("C3", 1.8), ("C4", 1.8), ("C5", 1.8), ("C6", 1.8)),
                Evidence.ASSUMED,
                "assumed: C3 is oedema by definition, and not all notice it",
            ),
            assumed("pregnant", 1.0, "frequent in pregnancy"),
            assumed("bmi", 0.3, "per 5 kg/m²"),
        ),
    ),
    "10 % of adults",
)

# --- treatment ------------------------------------------------------------------------------------

VARICOSE_SURGERY = _history(
    "varicose_surgery",
    "Surgery for varicose veins, ever",
    Bernoulli(
        target=0.05,
        terms=(
            assumed("venous_disease", 1.3, "per SD"),
            assumed("age", 0.25, "log odds ratio per ten years"),
            assumed("sex", 0.4, "women are treated more often"),
        ),
    ),
    "5 % of adults",
)

VENOUS_ABLATION = _history(
    "venous_ablation",
    "Ablation of a vein by heat or foam, ever",
    Bernoulli(
        target=0.02,
        terms=(
            assumed("venous_disease", 1.3, "per SD"),
            assumed("sex", 0.4, "women are treated more often"),
            assumed("income_quintile", 0.15, "paid for privately in part"),
        ),
    ),
    "2 % of adults",
)

COMPRESSION_STOCKINGS = _history(
    "compression_stockings",
    "Compression stockings, now",
    Bernoulli(
        target=0.07,
        terms=(
            assumed("venous_disease", 0.8, "per SD"),
            assumed("oedema", 1.0, "prescribed for swollen legs"),
            assumed("dvt_history", 1.2, "prescribed after thrombosis"),
            assumed("sex", 0.5, "women wear them more often"),
            assumed("age", 0.1, "the old wear them more often"),
        ),
    ),
    "7 % of adults",
)

VARIABLES = (
    FAMILY_VENOUS,
    STANDING_WORK,
    DVT_HISTORY,
    VENOUS_DISEASE,
    REFLUX_GSV_S,
    REFLUX_SSV_S,
    REFLUX_DEEP_S,
    VENOUS_REFLUX,
    CEAP_CLASS,
    VCSS,
    OEDEMA,
    VARICOSE_SURGERY,
    VENOUS_ABLATION,
    COMPRESSION_STOCKINGS,
)
