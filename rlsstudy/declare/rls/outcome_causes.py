"""Every declared cause of having RLS, and of how severe it is, with its size and its source."""

from math import inf

from rlsstudy.declare.equations import Cause
from rlsstudy.declare.kinds import Evidence
from rlsstudy.declare.rls.assumed import assumed

_SCALED = "assumed: 0.6 of the effect on having RLS, on the latent scale"
_SONG = "Song 2024, J Glob Health 14:04113"
_NO_LOCUS = "assumed: no locus is known to act on severity"
_UNCONTROLLED = (
    "only uncontrolled or unblinded series: Hayes 2008; Sundaresan 2019, Cureus 11:e4368; Dezube 2021"
)

NO_VENOUS_EFFECT = Cause("venous_disease", 0.0, Evidence.CONTESTED, _UNCONTROLLED)
NO_ARTERIAL_EFFECT = Cause(
    "abi", 0.0, Evidence.NULL, "null in three cohorts (Szentkiralyi 2017, Sleep Med 35:74)"
)


def _scaled(
    name: str,
    size: float | tuple[tuple[str, float], ...],
    acts_between: tuple[float, float] = (-inf, inf),
) -> Cause:
    return Cause(name, size, Evidence.ASSUMED, _SCALED, acts_between=acts_between)


_NO_ANCESTRY_EFFECT = tuple(
    (group, 0.0) for group in ("East Asian", "African", "Admixed American", "Middle Eastern")
)
_GENES_OF_RLS = (
    assumed("prs_rls", 0.588, "odds ratio 1.8 per SD"),
    assumed("meis1_rs113851554_dose", 0.642, "odds ratio 1.9 an allele"),
    Cause(
        "meis1_rs2300478_dose",
        0.385,
        Evidence.STRONG,
        "1.47 by Kemlink, 1.74 in Winkelmann 2007, PMID 17637780; the lower is taken, because first reports run high",
    ),
    assumed("btbd9_rs9357271_dose", 0.385, "odds ratio 1.47 an allele"),
    assumed("map2k5_rs12593813_dose", 0.372, "odds ratio 1.45 an allele"),
    assumed("ptprd_rs1975197_dose", 0.255, "odds ratio 1.29 an allele"),
    Cause("tox3_rs3104767_dose", 0.3, Evidence.STRONG, "PMID 21779176: odds ratio 1.35 an allele"),
    Cause("p2p14_rs6747972_dose", 0.207, Evidence.STRONG, "PMID 21779176: odds ratio 1.23 an allele"),
    Cause(
        "hfe_c282y_dose",
        0.0,
        Evidence.NULL,
        "Oexle 2013, doi 10.1038/ejhg.2012.193: no association in discovery or replication",
    ),
    Cause(
        "ancestry",
        _NO_ANCESTRY_EFFECT,
        Evidence.CONTESTED,
        "prevalence is lower in East Asia (1.4 % in Shi 2015), and much of that is how RLS was ascertained",
    ),
)
_IRON_OF_RLS = (
    assumed("body_iron", -0.042, "nearly null: ferritin was unrelated to RLS in donors and in Bruneck"),
    assumed(
        "brain_iron", -0.40, "imaging and cerebrospinal fluid differ by about half an SD, not in all studies"
    ),
    Cause(
        "ida_state",
        1.5,
        Evidence.STRONG,
        "derived: Allen 2013, PMID 23494945: 23.9 % of patients, about nine times the population, less what brain "
        "iron carries",
    ),
    assumed("crp", 0.034, "higher in Danish donors with RLS (Dowsett 2022), without a size"),
    Cause(
        "blood_donations",
        0.0,
        Evidence.NULL,
        "none beyond iron: RISE, doi 10.1111/trf.12260, and Didriksen 2017, PMID 28735922",
    ),
)
_HABITS_OF_RLS = (
    Cause(
        "smoking",
        (("former", 0.1), ("current", 0.378)),
        Evidence.MODERATE,
        f"{_SONG}: odds ratio 1.46; for former smokers a quarter of it",
    ),
    Cause(
        "alcohol_daily",
        -0.2,
        Evidence.CONTESTED,
        "Winter 2013, Am J Med 126:228: 0.80; harmful in Didriksen 2017; those who stop for illness confuse it",
    ),
    Cause(
        "activity_true",
        -0.085,
        Evidence.MODERATE,
        "derived: Winter 2013, Am J Med 126:228 and 126:220: 0.78 and 0.84 for frequent exercise",
    ),
    Cause(
        "caffeine",
        0.0,
        Evidence.NULL,
        "no association prospectively (Batool-Anwar 2016, J Clin Sleep Med 12:187)",
    ),
    Cause("diet_quality", 0.0, Evidence.NULL, "Batool-Anwar 2016, J Clin Sleep Med 12:187: no association"),
    assumed("vitamin_d", -0.05, "lower in RLS by meta-analysis (PMID 32950014), confounded by activity"),
    assumed("magnesium", 0.0, "findings are inconsistent"),
    assumed("usual_sleep", -0.09, "short sleep is a trigger as well as a consequence"),
    Cause(
        "depression",
        0.44,
        Evidence.MODERATE,
        f"derived: {_SONG}, 1.71 in all, less what antidepressants carry",
    ),
    Cause(
        "med_ssri_snri",
        0.40,
        Evidence.MODERATE,
        "derived: Rottach 2008, PMID 18468624: new or worse RLS in 5 to 10 % of users",
    ),
    Cause(
        "med_mirtazapine",
        0.9,
        Evidence.MODERATE,
        "derived: Rottach 2008, PMID 18468624: new or worse RLS in 28 % of users",
    ),
    assumed("med_antihistamine", 0.27, "sedating antihistamines provoke RLS"),
    assumed("med_antipsychotic", 0.63, "blocking dopamine provokes RLS"),
    assumed("med_bupropion", 0.0, "neutral"),
)
_DISEASES_OF_RLS = (
    Cause(
        "diabetes",
        0.2,
        Evidence.MODERATE,
        f"derived: {_SONG}, 1.54 in all, less what neuropathy and body mass carry",
    ),
    Cause(
        "neuropathy",
        0.91,
        Evidence.CONTESTED,
        "Fereshtehnejad 2017: 3.7 by screening; Hattan 2009: no difference once confirmed; 2.5 taken between",
    ),
    Cause(
        "dialysis",
        1.7,
        Evidence.STRONG,
        "derived: Zhou, meta-analysis: 27.2 % on haemodialysis, odds ratio near 5",
    ),
    Cause("parkinson", 0.9, Evidence.MODERATE, "derived: Yang 2018: 2.86, 14 % of patients"),
    Cause(
        "multiple_sclerosis",
        1.18,
        Evidence.MODERATE,
        "derived: 5.4 in REMS 2008, PMID 18655317; 2.7 in Catania, PMID 24617298",
    ),
    Cause("migraine", 0.223, Evidence.MODERATE, "Sleep Med 2019, doi 10.1016/j.sleep.2019.01.027: 1.25"),
    Cause(
        "hypertension",
        0.036,
        Evidence.CONTESTED,
        "0.90 prospectively (De Vito 2014), 1.20 cross-sectionally (Batool-Anwar 2011, Hypertension 58:791)",
    ),
    NO_VENOUS_EFFECT,
    NO_ARTERIAL_EFFECT,
)

CAUSES_OF_RLS = (
    Cause(
        "age",
        0.10,
        Evidence.MODERATE,
        f"derived: {_SONG}, 1.13, taken as per 10 years, which the abstract does not say; flat above 65",
        acts_between=(18, 65),
    ),
    Cause(
        "parity",
        0.42,
        Evidence.STRONG,
        "derived: Berger 2004, Arch Intern Med 164:196: 1.98 for one child; here the first counts more",
        acts_between=(0, 1),
    ),
    Cause(
        "parity",
        0.22,
        Evidence.STRONG,
        "derived: Berger 2004, Arch Intern Med 164:196: 3.04 and 3.57 for two, and for three and more",
        acts_between=(0, 3),
    ),
    Cause(
        "pregnant",
        0.75,
        Evidence.STRONG,
        "derived: Chen 2017, doi 10.1016/j.smrv.2017.10.003: 8 % in the first trimester",
    ),
    Cause(
        "trimester",
        0.6,
        Evidence.STRONG,
        "derived: Chen 2017, doi 10.1016/j.smrv.2017.10.003: 8, 16 and 22 % in the three trimesters, 21 % in all",
        only_at=("pregnant", "yes"),
    ),
    *_GENES_OF_RLS,
    *_IRON_OF_RLS,
    Cause(
        "bmi",
        0.10,
        Evidence.MODERATE,
        "derived: Gao 2009 and De Vito 2014, 1.42 to 1.57 above 30 against below 23",
    ),
    *_HABITS_OF_RLS,
    assumed("income_quintile", -0.06, "the poorer have it more often"),
    *_DISEASES_OF_RLS,
)

# Eight sites whose means have an SD of 0.15, against the first.
_SITES = (
    *(("site 2", -0.17), ("site 3", 0.05), ("site 4", -0.28), ("site 5", 0.22)),
    *(("site 6", -0.11), ("site 7", 0.12), ("site 8", -0.05)),
)
_LOCI = (
    *("meis1_rs113851554_dose", "meis1_rs2300478_dose", "btbd9_rs9357271_dose", "map2k5_rs12593813_dose"),
    *("ptprd_rs1975197_dose", "tox3_rs3104767_dose", "p2p14_rs6747972_dose"),
)

CAUSES_OF_SEVERITY = (
    assumed(
        "age", 0.05, "severity rises with age to a plateau at 45 to 54 (PMC3990552)", acts_between=(18, 54)
    ),
    assumed(
        "sex",
        -0.32,
        "with what births, iron and mood carry women are 0.1 SD less severe; men were more severe in the German and Swiss "
        "patient cohort (PMC3990552)",
    ),
    _scaled("parity", 0.07, (0, 3)),
    _scaled("pregnant", 0.36),
    assumed("prs_rls", 0.1, "familial RLS is hardly more severe"),
    *(assumed(locus, 0.0, _NO_LOCUS.removeprefix("assumed: ")) for locus in _LOCI),
    assumed(
        "body_iron",
        -0.05,
        "the severe have less (Sun 1998, Sleep 21:371, without a size); population studies are null",
    ),
    assumed("brain_iron", -0.13, "correlation of -0.32 in Earley 2006; small samples run high"),
    _scaled("ida_state", 0.5),
    _scaled("crp", 0.01),
    _scaled("bmi", 0.033),
    _scaled("smoking", (("former", 0.03), ("current", 0.12))),
    _scaled("alcohol_daily", -0.06),
    _scaled("activity_true", -0.028),
    _scaled("income_quintile", -0.02),
    _scaled("usual_sleep", -0.03),
    _scaled("depression", 0.15),
    assumed("med_ssri_snri", 0.24, "two points of the IRLS"),
    assumed("med_mirtazapine", 0.48, "four points of the IRLS"),
    assumed("med_antihistamine", 0.18, "one and a half points of the IRLS"),
    assumed("med_antipsychotic", 0.36, "three points of the IRLS"),
    assumed("med_bupropion", 0.0, "no points of the IRLS"),
    _scaled("neuropathy", 0.3),
    _scaled("diabetes", 0.07),
    _scaled("dialysis", 0.48),
    _scaled("parkinson", 0.27),
    _scaled("multiple_sclerosis", 0.39),
    _scaled("migraine", 0.07),
    Cause(
        "hypertension",
        0.0,
        Evidence.CONTESTED,
        "on having RLS contested (De Vito 2014; Batool-Anwar 2011); on severity nothing is known",
    ),
    Cause(
        "caffeine",
        0.0,
        Evidence.NULL,
        "on having RLS none (Batool-Anwar 2016, J Clin Sleep Med 12:187); on severity nothing is known",
    ),
    NO_VENOUS_EFFECT,
    Cause(
        "abi",
        0.0,
        Evidence.NULL,
        "on having RLS, null in three cohorts (Szentkiralyi 2017, Sleep Med 35:74); on severity nothing is known",
    ),
    assumed("study_site", _SITES, "an SD of 0.15 between sites"),
)
