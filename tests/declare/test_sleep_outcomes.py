"""Sleep scales, leg movements and quality of life come out as declared, in 120,000 simulated adults."""

import numpy as np
import pytest

from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import draw_blocks
from rlsstudy.declare.rls import rls_model
from rlsstudy.declare.rls.irls import ITEMS
from rlsstudy.declare.rls.sleep_outcomes import VARIABLES
from rlsstudy.declare.variations import Design

pytestmark = pytest.mark.slow

SIZE = 120_000
NAMES = [variable.name for variable in VARIABLES] + [item.name for item in ITEMS]
CORRELATION = 0.04  # four standard errors of a correlation among 9,000 people with RLS


@pytest.fixture(scope="module")
def people():
    model = calibrated(rls_model().with_variables(*VARIABLES))
    blocks = draw_blocks(model, Design("population", "Population"), 5, {*NAMES, "sex", "age"}, SIZE)
    drawn = [block.values for block in blocks]
    return {name: np.concatenate([values[name] for values in drawn]) for name in drawn[0]}


@pytest.fixture(scope="module")
def cases(people):
    return {name: values[people["rls_case"] == 1] for name, values in people.items()}


def correlation(first, second):
    return np.corrcoef(first, second)[0, 1]


@pytest.mark.parametrize(("score", "expected"), [("isi", 0.55), ("psqi", 0.50), ("ess", 0.30)])
def test_scales_of_sleep_correlate_with_severity_as_declared(cases, score, expected):
    assert correlation(cases[score], cases["rls_severity"]) == pytest.approx(expected, abs=CORRELATION)


@pytest.mark.parametrize("number", range(1, 7))
def test_the_six_scales_correlate_with_severity_by_0_6_to_0_7(cases, number):
    found = correlation(cases[f"rls6_{number}"], cases["rls_severity"])
    assert 0.6 - CORRELATION < found < 0.7 + CORRELATION


def test_quality_of_life_and_the_global_impression_go_with_the_rating_scale(cases):
    total = sum(cases[item.name] for item in ITEMS)
    assert correlation(cases["rls_qol"], total) == pytest.approx(-0.68, abs=CORRELATION)
    assert correlation(cases["cgi_s"], total) == pytest.approx(0.69, abs=CORRELATION)


def test_leg_movements_of_two_nights_correlate_by_0_54_and_hardly_with_severity(cases):
    first, second = (np.log(cases[name] + 0.05) for name in ("plmi", "plmi_second"))
    assert correlation(first, second) == pytest.approx(0.54, abs=CORRELATION)
    assert correlation(first, cases["rls_severity"]) == pytest.approx(0.10, abs=CORRELATION)


def test_leg_movements_have_the_mean_and_spread_of_patients(cases):
    # 19.3 (SD 22.0) in 137 patients: standard errors are 1.9 and, for so skewed an index, about 4
    assert cases["plmi"].mean() == pytest.approx(19.3, abs=2)
    assert cases["plmi"].std() == pytest.approx(22.0, abs=4)


def test_movements_with_arousal_are_hardly_ever_more_than_all_movements(people):
    assert (people["plm_arousal_index"] > people["plmi"]).mean() < 0.01


def test_poor_sleep_quality_is_more_frequent_in_rls_as_in_the_zhengzhou_survey(people):
    poor, case = people["psqi"] > 5, people["rls_case"] == 1
    odds = [poor[group].mean() / (1 - poor[group].mean()) for group in (case, ~case)]
    assert 4 < odds[0] / odds[1] < 7  # 5.61, 95 % confidence interval 2.14 to 14.69
