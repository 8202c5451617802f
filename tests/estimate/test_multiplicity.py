"""P-values adjusted for the number of questions: by hand, with gaps, in families."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.multiplicity import adjust_p_values, adjusted_p

EXACT = 1e-14  # a rounding
METHODS = ["holm", "bh", "bonferroni", "hochberg", "by"]
NAN = float("nan")


def effects(**columns):
    frame = pd.DataFrame(
        {
            "factor": ["abi", "bmi", "ferritin", "smoking", "smoking"] * 2,
            "domain": ["vascular", "vascular", "iron", "lifestyle", "lifestyle"] * 2,
            "model": "linear",
            "adjustment": ["crude"] * 5 + ["graph"] * 5,
            "p_value": [0.01, 0.04, 0.02, 0.5, 0.03, 0.001, NAN, 0.02, 0.02, 0.9],
            "status": ["ok"] * 6 + ["refused"] + ["ok"] * 3,
            "note": [""] * 6 + ["'bmi' has no values"] + [""] * 3,
        }
    ).assign(**columns)
    frame.attrs["outcome"] = "score"
    return frame


def refusal(function, *arguments, **options):
    with pytest.raises(EstimationError) as caught:
        function(*arguments, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("bonferroni", [0.03, 0.09, 0.12]),
        ("holm", [0.03, 0.06, 0.06]),  # 3 · 0.01, 2 · 0.03, and 0.04 raised to what came before
        ("hochberg", [0.03, 0.04, 0.04]),  # 0.04, then 2 · 0.03 lowered to it, then 3 · 0.01
        ("bh", [0.03, 0.04, 0.04]),  # 3/3 · 0.04, 3/2 · 0.03 lowered to it, 3 · 0.01
        ("by", [0.055, 0.22 / 3, 0.22 / 3]),  # the same times 1 + 1/2 + 1/3
    ],
)
def test_three_p_values_worked_out_by_hand(method, expected):
    assert adjusted_p([0.01, 0.03, 0.04], method) == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("method", METHODS)
def test_a_single_test_needs_no_adjustment(method):
    assert adjusted_p([0.03], method).tolist() == [0.03]
    assert adjusted_p([], method).tolist() == []


@pytest.mark.parametrize("method", METHODS)
def test_a_missing_p_value_stays_missing_and_is_not_counted(method):
    with_gaps = adjusted_p([NAN, 0.01, 0.03, NAN, 0.04], method)
    assert np.isnan(with_gaps[[0, 3]]).all()
    assert with_gaps[[1, 2, 4]].tolist() == adjusted_p([0.01, 0.03, 0.04], method).tolist()
    assert np.isnan(adjusted_p([NAN, NAN], method)).all()


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1), max_size=12), st.sampled_from(METHODS), st.randoms(use_true_random=False))
def test_adjustment_keeps_order_and_ties_and_never_lowers(p, method, random):
    found = adjusted_p(p, method)
    assert ((found >= np.array(p)) & (found <= 1)).all()
    places = list(range(len(p)))
    random.shuffle(places)
    assert adjusted_p([p[i] for i in places], method).tolist() == found[places].tolist()
    by_size = np.argsort(p, kind="stable")
    assert (np.diff(found[by_size]) >= 0).all()
    assert all(found[i] == found[j] for i in places for j in places if p[i] == p[j])


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1), max_size=12))
def test_the_methods_are_ordered_by_what_they_promise(p):
    bonferroni, holm, hochberg, bh, by = (
        adjusted_p(p, m) for m in ("bonferroni", "holm", "hochberg", "bh", "by")
    )
    slack = 1e-12
    assert (bonferroni >= holm - slack).all()
    assert (holm >= hochberg - slack).all()
    assert (hochberg >= bh - slack).all()
    assert (by >= bh - slack).all()


def test_the_shape_is_kept():
    assert adjusted_p([[0.01, 0.03], [0.04, NAN]], "bonferroni").shape == (2, 2)


def test_numbers_that_are_no_p_values_are_refused():
    assert refusal(adjusted_p, [0.1, 1.2, -0.1, np.inf]) == (
        "3 of 4 numbers are no p-values. Allowed: 0 to 1, or missing."
    )


def test_an_unknown_method_is_refused():
    said = "No adjustment of p-values 'hom' is offered. Did you mean 'holm'?"
    assert refusal(adjusted_p, [0.1], "hom") == said
    assert refusal(adjust_p_values, effects(), method="hom") == said


def test_rows_of_one_adjustment_and_model_are_a_family():
    found = adjust_p_values(effects())
    assert found["family"].unique().tolist() == ["crude, linear", "graph, linear"]
    assert found["n_tests"].tolist() == [5] * 5 + [4] * 5
    assert found["p_adjusted"].tolist()[:5] == adjusted_p([0.01, 0.04, 0.02, 0.5, 0.03]).tolist()
    assert found["p_adjusted"].iloc[[5, 7, 8, 9]].tolist() == adjusted_p([0.001, 0.02, 0.02, 0.9]).tolist()


def test_a_refused_row_stays_without_p_value_and_says_that_it_is_not_counted():
    found = adjust_p_values(effects())
    assert np.isnan(found["p_adjusted"].iloc[6])
    assert found["note"].iloc[6] == "'bmi' has no values; not counted among the tests of its family"
    assert (found["note"].drop(index=6) == "").all()


def test_models_are_never_of_one_family():
    both = pd.concat([effects(), effects(model="ordinal")], ignore_index=True)
    found = adjust_p_values(both, method="bh")
    assert found["family"].nunique() == 4
    assert found["p_adjusted"].iloc[:10].tolist()[:6] == found["p_adjusted"].iloc[10:].tolist()[:6]


def test_families_go_by_columns():
    found = adjust_p_values(effects(), family="domain")
    assert found["family"].iloc[0] == "vascular, crude, linear"
    assert found["n_tests"].tolist() == [2, 2, 1, 2, 2, 1, 1, 1, 2, 2]
    assert found["p_adjusted"].tolist()[:3] == [0.02, 0.04, 0.02]
    pd.testing.assert_frame_equal(found, adjust_p_values(effects(), family=["domain", "model"]))


def test_families_are_as_declared():
    found = adjust_p_values(effects(), family={"main": "ferritin", "others": ["abi", "bmi", "smoking"]})
    assert found["n_tests"].tolist() == [4, 4, 1, 4, 4, 3, 3, 1, 3, 3]
    assert found["family"].iloc[2] == "main, crude, linear"
    assert found["p_adjusted"].iloc[2] == 0.02


def test_declared_families_that_do_not_hold_every_factor_once_are_refused():
    families = {"a": ["abi", "bmi", "feritin"], "b": ["bmi", "smoking"]}
    assert refusal(adjust_p_values, effects(), family=families) == (
        "Every factor is in one declared family, and in these they are not:\n"
        "  - 'ferritin' is in no family.\n"
        "  - 'bmi' is in more than one place.\n"
        "  - 'feritin' is not among the factors. Did you mean 'ferritin'?"
    )


def test_other_frames_and_columns_are_refused():
    assert refusal(adjust_p_values, effects().drop(columns=["p_value", "note"])) == (
        "This is not a frame of estimated effects: without p_value, note. Use estimate_effects."
    )
    assert refusal(adjust_p_values, effects(), family="domein") == (
        "Families go by columns, and the effects have no 'domein'. Did you mean 'domain'?"
    )


def test_rows_and_what_the_frame_says_stay_and_adjusting_again_changes_nothing():
    frame = effects()
    found = adjust_p_values(frame)
    pd.testing.assert_frame_equal(
        found.drop(columns=["note", "p_adjusted", "family", "n_tests"]), frame.drop(columns="note")
    )
    assert found.attrs == {"outcome": "score", "p_adjustment": "holm"}
    pd.testing.assert_frame_equal(adjust_p_values(found), found)


def test_rows_in_another_order_with_any_index_are_adjusted_alike():
    found = adjust_p_values(effects())
    shuffled = adjust_p_values(effects().sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(shuffled.sort_index(), found)


def test_a_frame_without_rows_has_the_columns():
    assert adjust_p_values(effects().head(0))["p_adjusted"].tolist() == []
