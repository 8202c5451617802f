"""A draw depends on seed, variable and participant alone."""

import numpy as np

from rlsstudy.cohort.streams import Stream, uniforms


def test_any_stretch_of_a_stream_equals_that_stretch_of_the_whole():
    whole = uniforms(1, "ferritin", "value", 0, 1000)
    for start, n in [(0, 1), (1, 1), (3, 5), (397, 203), (999, 1)]:
        np.testing.assert_array_equal(uniforms(1, "ferritin", "value", start, n), whole[start : start + n])


def test_seed_variable_and_purpose_each_give_another_stream():
    streams = [
        uniforms(*address, 0, 100)
        for address in [(1, "a", "value"), (2, "a", "value"), (1, "b", "value"), (1, "a", "missing")]
    ]
    assert len({values.tobytes() for values in streams}) == 4


def test_values_are_inside_the_open_unit_interval():
    values = uniforms(3, "x", "value", 0, 200_000)
    assert values.min() > 0 and values.max() < 1


def test_values_are_uniform_and_neighbours_and_streams_are_uncorrelated():
    n = 200_000
    first, second = uniforms(4, "x", "value", 0, n), uniforms(4, "y", "value", 0, n)
    # Standard errors at n = 200,000: mean 0.00065, correlation 0.0022; four of them.
    assert abs(first.mean() - 0.5) < 0.0026
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 0.009
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.009
    deciles = np.histogram(first, bins=10, range=(0, 1))[0]
    assert ((deciles - n / 10) ** 2 / (n / 10)).sum() < 27.9  # chi-square, 9 degrees of freedom, p = 0.001


def test_the_first_draws_are_the_same_for_ever():
    # Written down when the streams were made: a library that moves them must not pass unseen.
    expected = [0.48942566232949297, 0.057360561345843275, 0.07626975302125]
    np.testing.assert_allclose(uniforms(1, "x", "value", 0, 3), expected, rtol=0, atol=1e-15)


def test_kept_places_get_their_own_draws():
    keep = np.array([2, 5])
    np.testing.assert_array_equal(
        Stream(1, "x", 10, 8, keep)("value"), uniforms(1, "x", "value", 10, 8)[keep]
    )
