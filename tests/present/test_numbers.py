import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlsstudy.errors import EstimationError
from rlsstudy.present.numbers import (
    decimals_for,
    shared_decimals,
    with_unit,
    write_at_most,
    write_count,
    write_count_share,
    write_interval,
    write_mean,
    write_number,
    write_p,
    write_p_equation,
    write_plain,
    write_quartiles,
    write_range,
    write_share,
)
from rlsstudy.present.wording import join_words, sentence

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, 2, "0.00"),
        (-0.0, 2, "0.00"),
        (-0.004, 2, "0.00"),
        (-0.005, 2, "−0.01"),
        (0.125, 2, "0.13"),
        (2.675, 2, "2.68"),
        (2.5, 0, "3"),
        (0.1 + 0.2, 1, "0.3"),
        (1e6, 0, "1,000,000"),
        (-1234.56, 1, "−1,234.6"),
        (999.96, 1, "1,000.0"),
        (1e-9, 3, "0.000"),
        (1.5e16, 0, "15,000,000,000,000,000"),
        (NAN, 2, "–"),
        (None, 2, "–"),
        (pd.NA, 2, "–"),
        (INF, 2, "∞"),
        (-INF, 2, "−∞"),
    ],
)
def test_a_number_is_rounded_as_by_hand_and_has_a_true_minus_sign(value, decimals, written):
    assert write_number(value, decimals) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (50.0, "50"),
        (1.10, "1.1"),
        (-0.083, "−0.083"),
        (7400, "7,400"),
        (0, "0"),
        (1e21, f"{10**21:,}"),
        (NAN, "–"),
    ],
)
def test_a_declared_number_keeps_its_own_decimals(value, written):
    assert write_plain(value) == written


@pytest.mark.parametrize(
    ("numbers", "written"),
    [
        ((0.03, -0.10, 0.16), "0.03 (−0.10 to 0.16)"),
        ((-0.53, -0.91, -0.15), "−0.53 (−0.91 to −0.15)"),
        ((2.3, 1.1, 3.5), "2.3 (1.1 to 3.5)"),
        ((0.003, -0.010, 0.016), "0.003 (−0.010 to 0.016)"),
        ((120, 95, 145), "120 (95 to 145)"),
        ((1.0, 0.9004, 1.0996), "1.00 (0.90 to 1.10)"),
        ((0.5, 0.004, 0.996), "0.500 (0.004 to 0.996)"),
        ((0.5, 0.0, 1.0), "0.50 (0.00 to 1.00)"),
        ((0.5, 1e-7, 1.0), "0.50 (0.00 to 1.00)"),
        ((2.0, 2.0, 2.0), "2 (2 to 2)"),
        ((1.0, -INF, INF), "1 (−∞ to ∞)"),
        ((NAN, NAN, NAN), "–"),
    ],
)
def test_an_interval_shares_its_decimals_and_shows_on_which_side_of_zero_it_ends(numbers, written):
    assert write_interval(*numbers) == written


def test_an_interval_has_at_least_the_decimals_asked_for():
    assert write_interval(12, 2, 22, least=2) == "12.00 (2.00 to 22.00)"
    assert write_interval(0.0031, 0.0011, 0.0051, least=2) == "0.0031 (0.0011 to 0.0051)"


def test_given_decimals_are_kept():
    assert write_interval(0.5, 0.004, 0.996, decimals=2) == "0.50 (0.00 to 1.00)"


@pytest.mark.parametrize(
    ("limits", "decimals"),
    [
        ([(0.82, 1.18), (-0.089, 0.054)], 3),  # the narrowest has 0.07 to show
        ([(-3.0, 3.0), (-40.0, 40.0)], 2),  # the fewest
        ([(-0.0001, 0.0003)], 3),  # the most
        ([(-0.9, 0.004)], 3),  # a limit of 0.004 is not 0.00
        ([(-0.9, 0.0004)], 2),  # three decimals would not help it
        ([(-0.9, 0.0)], 2),
        ([(NAN, NAN)], 2),
        ([], 2),
    ],
)
def test_intervals_of_a_column_share_their_decimals(limits, decimals):
    assert shared_decimals(limits, least=2, most=3) == decimals


def test_an_upper_bound_is_rounded_up():
    assert [write_at_most(value) for value in (0.0401, 0.04, 0.001, 0)] == ["0.05", "0.04", "0.01", "0.00"]


def test_a_remark_is_written_as_a_sentence():
    assert [sentence(text) for text in ("nobody has 'a'", "'a' is 1: left out", "Done.")] == [
        "Nobody has 'a'.",
        "'a' is 1: left out.",
        "Done.",
    ]


@pytest.mark.parametrize(
    ("p", "written"),
    [
        (0, "<0.001"),
        (0.00099999, "<0.001"),
        (0.001, "0.001"),
        (0.0049, "0.005"),
        (0.00996, "0.010"),
        (0.01, "0.01"),
        (0.0321, "0.03"),
        (0.046, "0.046"),
        (0.0499, "0.0499"),
        (0.04999999, "<0.05"),
        (0.05, "0.05"),
        (0.0501, "0.05"),
        (0.35, "0.35"),
        (0.99, "0.99"),
        (0.9901, ">0.99"),
        (0.9996, ">0.99"),
        (1, ">0.99"),
        (NAN, "–"),
        (None, "–"),
    ],
)
def test_a_p_value_is_never_rounded_to_zero_or_one_or_across_the_level(p, written):
    assert write_p(p) == written


def test_a_p_value_in_a_sentence_has_its_letter():
    assert [write_p_equation(p) for p in (0.0004, 0.03, 0.9996)] == ["p < 0.001", "p = 0.03", "p > 0.99"]


def test_a_p_value_outside_its_range_is_refused():
    with pytest.raises(EstimationError) as caught:
        write_p(1.7)
    assert str(caught.value) == "A p-value is from 0 to 1, not 1.7. Check the model it came from."


@pytest.mark.parametrize(
    ("count", "total", "written"),
    [
        (0, 600, "0 (0%)"),
        (1, 600, "1 (<1%)"),
        (270, 600, "270 (45%)"),
        (599, 600, "599 (>99%)"),
        (600, 600, "600 (100%)"),
        (1558, 7561, "1,558 (20.6%)"),
        (1, 7561, "1 (<0.1%)"),
        (7560, 7561, "7,560 (>99.9%)"),
        (0, 0, "0 (–)"),
        (NAN, 10, "– (–)"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(count, total, written):
    assert write_count_share(count, total) == written


def test_means_and_quartiles_have_two_digits_of_their_spread():
    assert write_mean(54.23, 12.11) == "54.2 (12.1)"
    assert write_mean(1.104, 0.0984) == "1.104 (0.098)"
    assert write_mean(181.4, 148.2) == "181 (148)"
    assert write_mean(54.0, NAN) == "54 (–)"
    assert write_mean(NAN, NAN) == "–"
    assert write_quartiles(62.2, 35.4, 110.3) == "62 (35 to 110)"
    assert write_quartiles(NAN, NAN, NAN) == "–"


@pytest.mark.parametrize(
    ("spread", "decimals"),
    [(12, 0), (1.2, 1), (0.12, 2), (0.0996, 2), (0.00012, 5), (1e-12, 6), (0, 0), (INF, 0)],
)
def test_decimals_follow_the_spread(spread, decimals):
    assert decimals_for(spread) == decimals


def test_ranges_units_counts_and_lists_are_written_as_in_a_journal():
    assert write_range(-2, 5) == "−2 to 5"
    assert write_range(0.25, 0.5, 1) == "0.3 to 0.5"
    assert write_count(7561) == "7,561"
    assert with_unit("50", "µg/L") == "50\u00a0µg/L"
    assert with_unit("45", "%") == "45%"
    assert [join_words(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert write_share(1, 3) == "33%"


@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_what_is_written_is_the_number_to_half_a_unit_of_its_last_place(value, decimals):
    written = write_number(value, decimals)
    read = float(written.replace("−", "-").replace(",", ""))
    # Twelve significant digits are kept, so large numbers differ in their last written places.
    assert abs(read - value) <= 0.5 * 10**-decimals + 1e-11 * abs(value)
    assert not (read == 0 and written.startswith("−"))


@given(st.floats(0, 1))
def test_a_written_p_value_stands_on_the_same_side_of_the_level(p):
    written = write_p(p)
    below = float(written.strip("<>")) < 0.05 or written == "<0.05"
    # Twelve significant digits are kept: nearer to 0.05 than that is 0.05.
    assert below == (float(f"{p:.12g}") < 0.05)
