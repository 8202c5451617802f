"""Who comes into each design, beside what is published of such people."""

from functools import cache

import numpy as np
import pytest

import rlsstudy as rls
from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import draw_blocks

pytestmark = pytest.mark.slow

MODEL = rls.rls_model()
NAMES = (
    *(
        "age",
        "sex",
        "rls_case",
        "irls_total",
        "ferritin",
        "ceap_class",
        "migraine",
        "depression",
        "education_years",
    ),
    *(
        "family_history_rls",
        "pregnant",
        "parkinson",
        "dialysis",
        "ida_state",
        "mimic_complaint",
        "haemoglobin",
    ),
)
N = 2_500


@cache
def people(design, n=N):
    model = calibrated(MODEL.in_design(design))
    parts = [b.values for b in draw_blocks(model, model.design(design), 3, NAMES, n)]
    return {name: np.concatenate([part[name] for part in parts]) for name in NAMES}


def share(design, name):
    return people(design)[name].mean()


ERROR = 0.04  # four standard errors of a share of one half among 2,500


@pytest.mark.parametrize(
    ("design", "low", "high"),
    [
        ("population", 0.054, 0.105),  # Song 2024
        ("dialysis", 0.248, 0.297),  # Zhou, meta-analysis
        ("neurology_pd", 0.11, 0.16),  # Yang 2018: 11 to 16 % by treatment and region
        ("pregnancy_clinic", 0.147, 0.338),  # Chen 2017, interval of the third trimester
        ("hematology_ida", 0.20, 0.34),  # Allen 2013: 23.9 %, sufferers alone
        ("vein_clinic", 0.18, 0.36),  # Kanter 1995: 22 %; McDonagh 2007: 36 %
    ],
)
def test_the_share_with_rls_is_the_published_one(design, low, high):
    assert low - ERROR < share(design, "rls_case") < high + ERROR


def test_the_sleep_clinic_sees_what_sleep_clinics_see():
    clinic = people("sleep_clinic")
    assert 22 < clinic["irls_total"].mean() < 27  # Hornyak 2007: 24.0; Mungan 2016: 26.1; Yang 2019: 26.6
    assert 54 < clinic["age"].mean() < 60
    assert 11 < clinic["age"].std() < 15
    assert 0.55 < clinic["sex"].mean() < 0.70
    assert (
        0.45 < clinic["family_history_rls"].mean() < 0.62
    )  # 50 to 55 % of clinic patients; 54.9 % in Yang 2019


def test_members_of_a_patient_organisation_are_older_more_severe_and_more_schooled():
    members, community = people("patient_organisation"), people("population")
    case = community["rls_case"] == 1
    assert members["age"].mean() > community["age"][case].mean() + 3
    assert members["irls_total"].mean() > community["irls_total"][case].mean() + 8
    assert members["education_years"].mean() > community["education_years"][case].mean()


def test_donors_have_little_iron_and_are_not_anaemic():
    donors, community = people("blood_donor"), people("population")
    donating_men, men = (values["ferritin"][values["sex"] == 0] for values in (donors, community))
    assert np.median(donating_men) < np.median(men)
    assert donors["haemoglobin"].min() >= 12.5


def test_a_trial_admits_by_its_criteria_and_narrows_severity():
    entered, clinic = people("rct_entry"), people("sleep_clinic")
    assert entered["irls_total"].min() == 15
    assert 20 < entered["irls_total"].mean() < 25  # Allen 2014: 22.3
    assert entered["irls_total"].std() < clinic["irls_total"].std() - 2
    assert not entered["mimic_complaint"].any() and entered["ferritin"].max() < 300


def test_most_patients_of_a_vein_clinic_are_women_with_varicose_veins():
    clinic = people("vein_clinic")
    assert 0.68 < clinic["sex"].mean() < 0.82  # three quarters, assumed
    assert (clinic["ceap_class"] >= 2).mean() > 0.55


def test_cases_and_controls_are_about_as_many_and_controls_have_less_migraine():
    study = people("case_control")
    case = study["rls_case"] == 1
    assert 0.4 < case.mean() < 0.6
    assert study["migraine"][~case].mean() < share("population", "migraine") / 2


def test_siblings_of_cases_have_rls_as_often_as_published():
    families = people("family_study", 12_000)["rls_case"].reshape(-1, 4)
    assert families[:, 0].all()
    recurrence = families[:, 1:].mean() / 0.076
    assert 2.8 < recurrence < 4.4  # Xiong 2010: 3.6 (2.8 to 4.4)
