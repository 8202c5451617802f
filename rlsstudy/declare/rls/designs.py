"""Ways into a cohort.

The sleep clinic's door opens in proportion to an exponential function of latent severity. On a normal scale that shifts
severity and leaves slopes as they are; a door with a threshold flattens them, as the designs `rct_entry` and
`patient_organisation` show.
"""

from math import log

from rlsstudy.declare.equations import Bernoulli, ByLevel, Cause, Condition, Equation, RelativeRisk, RuleOf
from rlsstudy.declare.kinds import NO_YES, Domain, Evidence, Kind
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.rls.family_study import FAMILY_CAUSES, FAMILY_SIZE, FAMILY_VARIABLES
from rlsstudy.declare.rls.follow_up import FOLLOW_UP_DESIGN
from rlsstudy.declare.variable import Variable
from rlsstudy.declare.variations import Design

_SEVERE_PATIENTS = "assumed: gives the IRLS of untreated clinic patients"


def _admission(design: str, label: str, equation: Equation, source: str) -> Variable:
    return Variable(
        name=f"{design}_admission",
        label=label,
        domain=Domain.STUDY,
        kind=Kind.BINARY,
        levels=NO_YES,
        measured=False,
        equation=equation,
        source=source,
    )


def _rule(*conditions: Condition) -> RuleOf:
    return RuleOf(any_of=(conditions,))


_CLINIC_GAPS = (
    ("no blood drawn", 0.04),
    ("not genotyped", 0.06),
    ("not in the extended iron panel", 0.3),
    ("not in the duplex substudy", 0.15),
    ("not in the sleep laboratory", 0.4),
    ("wore no accelerometer", 0.5),
)

_SHARE_SEEN = (
    0.08  # the height of the door at the lower ends of all contrasts; a fiftieth of those with RLS at 50
)
_AGE_OF_PATIENTS = (
    Cause("age", 0.25, Evidence.ASSUMED, "assumed: clinic patients are older", acts_between=(18, 65)),
    Cause("age", -0.7, Evidence.ASSUMED, "assumed: few of the very old are sent", acts_between=(70, 110)),
)
SLEEP_CLINIC = Design(
    "sleep_clinic",
    "Sleep clinic",
    _admission(
        "sleep_clinic",
        "Seen in the sleep clinic",
        RelativeRisk(
            baseline=_SHARE_SEEN,
            among=("rls_case", "yes"),
            terms=(
                Cause("rls_severity", 1.2, Evidence.ASSUMED, _SEVERE_PATIENTS),
                *_AGE_OF_PATIENTS,
                assumed("depression", 0.3, "the depressed are seen more often"),
                assumed("sex", -0.4, "three in five to two in three clinic patients are women"),
            ),
        ),
        "assumed: mean IRLS as in untreated patients (24.0, Hornyak 2007); their SD of 6.2 is not reproduced, "
        "because this door does not narrow severity",
    ),
    about="People with RLS, the severe ones more often. Admission is exponential in severity, so that effects on "
    "severity are those of the community, while the mean is that of a clinic.",
    gaps=_CLINIC_GAPS,
    source="assumed: evidence on clinic patients, Hornyak 2007 and Yang 2019",
)

_FOR_RLS = _admission(
    "visit_for_rls",
    "Seen in the sleep clinic for RLS",
    RelativeRisk(
        baseline=_SHARE_SEEN,
        among=("rls_case", "yes"),
        terms=(
            Cause("rls_severity", 1.2, Evidence.ASSUMED, _SEVERE_PATIENTS),
            *_AGE_OF_PATIENTS,
        ),
    ),
    "assumed: as in the clinic for RLS",
)
_FOR_SLEEP = _admission(
    "visit_for_sleep",
    "Seen in the sleep clinic for another complaint",
    Bernoulli(
        target=0.02,
        terms=(
            assumed("depression", 0.9, "the depressed sleep badly"),
            assumed("osa_ahi", 0.3, "sleep apnoea brings people"),
            *_AGE_OF_PATIENTS,
        ),
    ),
    "assumed: 2 % of adults",
)
SLEEP_PATIENTS = Design(
    "sleep_patients",
    "Sleep clinic, patients with and without RLS",
    _admission(
        "sleep_patients",
        "Seen in the sleep clinic for any reason",
        RuleOf(
            any_of=(
                (Condition(variable=_FOR_RLS.name, at_least=1),),
                (Condition(variable=_FOR_SLEEP.name, at_least=1),),
            )
        ),
        "by definition: came for RLS or for another complaint",
    ),
    about="Everybody whom a sleep clinic sees, some for RLS and some for other complaints. Whoever comes without RLS had another "
    "reason, such as depression, so that among patients depression and RLS go together less than in the population: "
    "selection on a common effect.",
    changes=(_FOR_RLS, _FOR_SLEEP),
    gaps=_CLINIC_GAPS,
    source="assumed",
)

VEIN_CLINIC = Design(
    "vein_clinic",
    "Vein clinic",
    _admission(
        "vein_clinic",
        "Seen in the vein clinic",
        Bernoulli(
            target=0.02,
            terms=(
                assumed("venous_disease", 1.4, "diseased veins bring people"),
                assumed("rls_case", 1.2, "restless legs bring people"),
                assumed("mimic_complaint", 0.8, "any complaint of the legs brings people"),
                assumed("sex", 0.4, "three quarters of the patients are women"),
            ),
        ),
        "assumed: 2 % of adults",
    ),
    about="People come because of their veins or because of their legs. Among them venous disease and RLS are "
    "associated less than in the population, or even inversely, whatever one does to the other.",
    gaps=(
        *_CLINIC_GAPS[:3],
        ("not in the duplex substudy", 0.02),
        ("not examined by the vein protocol", 0.02),
    ),
    source="assumed: strength of selection, after the patterns of Kanter 1995 and Dezube 2021",
)


def _among(group: str, share: float) -> RelativeRisk:
    return RelativeRisk(baseline=share, among=(group, "yes"))


NEUROLOGY_PD = Design(
    "neurology_pd",
    "Neurology clinic, Parkinson's disease",
    _admission("neurology_pd", "Treated for Parkinson's disease", _among("parkinson", 0.8), "assumed"),
    about="People with Parkinson's disease, most of them on dopaminergic treatment, with or without RLS.",
    gaps=_CLINIC_GAPS[:3],
    source="assumed: four in five are seen",
)
DIALYSIS = Design(
    "dialysis",
    "Dialysis centre",
    _admission("dialysis_centre", "On dialysis", _among("dialysis", 0.9), "assumed"),
    about="People on haemodialysis, of whom about a quarter have RLS.",
    gaps=_CLINIC_GAPS[:3],
    source="assumed: nine in ten take part",
)
HEMATOLOGY_IDA = Design(
    "hematology_ida",
    "Haematology clinic, iron-deficiency anaemia",
    _admission("hematology_ida", "Treated for iron-deficiency anaemia", _among("ida_state", 0.6), "assumed"),
    about="People with iron-deficiency anaemia. Nearly all have little iron, so that within the clinic blood tests hardly "
    "tell who has RLS: restriction of range.",
    gaps=(("no blood drawn", 0.0), *_CLINIC_GAPS[1:3]),
    source="assumed: after Allen 2013",
)
PREGNANCY_CLINIC = Design(
    "pregnancy_clinic",
    "Antenatal clinic",
    _admission("pregnancy_clinic", "Antenatal care", _among("pregnant", 0.9), "assumed"),
    about="Pregnant women, of whom about a fifth have RLS.",
    gaps=_CLINIC_GAPS[:3],
    source="assumed",
)
PATIENT_ORGANISATION = Design(
    "patient_organisation",
    "Patient organisation",
    _admission(
        "patient_organisation",
        "Member of a patient organisation",
        RelativeRisk(
            baseline=0.03,
            among=("rls_case", "yes"),
            terms=(
                assumed("rls_severity", 1.4, "members are severely affected"),
                assumed("age", 0.35, "members are older"),
                assumed("education_years", 0.2, "members have more schooling"),
            ),
        ),
        "assumed",
    ),
    about="Members of a patient organisation, who are older, more severely affected and more schooled than most.",
    gaps=(("no blood drawn", 0.6), ("not genotyped", 0.5)),
    source="assumed: after the German and Swiss patient cohort (PMC3990552)",
)
BLOOD_DONOR = Design(
    "blood_donor",
    "Blood donors",
    _admission(
        "blood_donor",
        "Meets the rules for donors",
        _rule(
            Condition(variable="blood_donations", at_least=1),
            Condition(variable="age", below=70),
            Condition(variable="haemoglobin", at_least=12.5),
            Condition(variable="dialysis", below=1),
            Condition(variable="parkinson", below=1),
            Condition(variable="pregnant", below=1),
        ),
        "by definition: gave blood in the last year and meets customary rules",
    ),
    about="Healthy, and poor in iron because they give it. Studies of donors have found no relation of ferritin to RLS.",
    gaps=(("no blood drawn", 0.0),),
    source="assumed: customary rules of admission",
)
RCT_ENTRY = Design(
    "rct_entry",
    "Entry to a trial",
    _admission(
        "rct_entry",
        "Meets the entry criteria of a trial",
        _rule(
            Condition(variable="rls_case", at_least=1),
            Condition(variable="irls_total", at_least=15),
            Condition(variable="ferritin", below=300),
            Condition(variable="mimic_complaint", below=1),
            Condition(variable="dialysis", below=1),
            Condition(variable="pregnant", below=1),
        ),
        "by definition: IRLS of 15 or more, ferritin below 300 µg/L, no mimic, no dialysis, not pregnant",
    ),
    about="People with RLS who meet a trial's criteria. Because entry is decided by the score itself, the spread of severity is "
    "narrow, every effect on it is flattened, and at a second visit the mean falls by itself.",
    gaps=_CLINIC_GAPS,
    source="assumed: customary criteria, such as IRLS of 15 or more in Allen 2014, N Engl J Med 370:621",
)
CASE_SHARE, CONTROL_SHARE = 0.3, 0.025  # of those who have RLS, and of those who have not
SAMPLING_WEIGHT = Variable(
    name="sampling_weight",
    label="Sampling weight",
    domain=Domain.STUDY,
    kind=Kind.CONTINUOUS,
    unit="people",
    limits=(1, 1000),
    equation=ByLevel(variable="rls_case", numbers=(1 / CONTROL_SHARE, round(1 / CASE_SHARE, 4))),
    source="by definition: how many people of the population a participant was planned to stand for",
)
CASE_CONTROL = Design(
    "case_control",
    "Case-control study",
    _admission(
        "case_control",
        "Sampled as case or control",
        RelativeRisk(
            baseline=CONTROL_SHARE,
            terms=(
                assumed("rls_case", log(CASE_SHARE / CONTROL_SHARE), "about as many cases as controls"),
                assumed(
                    "migraine", -1.1, "volunteers for controls are free of it", only_at=("rls_case", "no")
                ),
            ),
        ),
        "assumed: 30 % of cases, and as many controls",
    ),
    about="As many controls as cases. Controls came forward and are healthier than the population they stand for, which inflates "
    "the odds ratio of what they are free of, such as migraine. Weights undo the planned sampling and not that.",
    changes=(SAMPLING_WEIGHT,),
    gaps=_CLINIC_GAPS[:3],
    source="assumed: after the contrast of designs in Sleep Med 2019, doi 10.1016/j.sleep.2019.01.027",
)
FAMILY_STUDY = Design(
    "family_study",
    "Family study",
    _admission("family_study", "First member has RLS", _among("rls_case", 0.3), "assumed"),
    about="Four siblings each, found through the first, who has RLS. Alleles are handed on by two parents; half of the "
    "variance of the polygenic score is shared. Members of a family are alike: errors must be clustered by family.",
    changes=FAMILY_VARIABLES,
    causes=FAMILY_CAUSES,
    gaps=_CLINIC_GAPS[:3],
    family_size=FAMILY_SIZE,
    source="assumed: sibships of four; sibling recurrence tuned to Xiong 2010",
)

DESIGNS = (
    Design("population", "Population sample", about="A random sample of adults.", source="by definition"),
    SLEEP_CLINIC,
    SLEEP_PATIENTS,
    VEIN_CLINIC,
    NEUROLOGY_PD,
    DIALYSIS,
    HEMATOLOGY_IDA,
    PREGNANCY_CLINIC,
    PATIENT_ORGANISATION,
    BLOOD_DONOR,
    RCT_ENTRY,
    CASE_CONTROL,
    FAMILY_STUDY,
    FOLLOW_UP_DESIGN,
)
