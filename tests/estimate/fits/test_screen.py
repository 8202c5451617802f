"""The screen gives what one model at a time gives, whatever is missing."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from rlsstudy.estimate import ScreenDesign, fit_linear, screen_linear

CLOSE = 1e-10  # in standard errors for coefficients, relative for errors

LEVELS = (4, 5)  # indicators of a factor with three levels
DESIGNS = [
    ScreenDesign((0,)),
    ScreenDesign((0,), (1, 2)),
    ScreenDesign((3,), (1, 2)),
    ScreenDesign((1,), (2, 0, 4, 5)),
    ScreenDesign(LEVELS),
    ScreenDesign(LEVELS, (0, 1)),
    ScreenDesign((0, *LEVELS), (3,)),
]


def sample(n=300, seed=1, share_missing=0.1):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 3, n)
    columns = np.column_stack(
        [
            rng.normal(100, 5, n),
            rng.exponential(2, n),
            rng.normal(size=n),
            rng.normal(size=n) > 1,
            group == 1,
            group == 2,
        ]
    ).astype(float)
    outcome = 16 + columns @ [0.1, -0.5, 1, 2, 0.5, -1] + rng.normal(size=n) * (1 + columns[:, 2] ** 2)
    gaps = rng.random((n, 5)) < share_missing * np.array([1, 0, 1, 1, 1])  # column 1 is complete
    columns[:, :4][gaps[:, :4]] = np.nan
    columns[gaps[:, 4], 4:] = np.nan  # the indicators of a level are missing together
    outcome[rng.random(n) < share_missing / 2] = np.nan
    return columns, outcome


def by_statsmodels(columns, outcome, design):
    places = [*design.factor, *design.covariates]
    complete = ~np.isnan(columns[:, places]).any(axis=1) & ~np.isnan(outcome)
    X = np.column_stack([np.ones(complete.sum()), columns[complete][:, places]])
    fit = sm.OLS(outcome[complete], X).fit(cov_type="HC3", use_t=True)
    factor = slice(1, 1 + len(design.factor))
    return fit.params[factor], fit.cov_params()[factor, factor], fit.df_resid, int(fit.nobs)


def assert_agrees(columns, outcome, designs=DESIGNS, **options):
    for design, fit in zip(designs, screen_linear(columns, outcome, designs, **options), strict=True):
        coef, cov, df, n = by_statsmodels(columns, outcome, design)
        error = np.sqrt(np.diag(cov))
        assert (fit.status, fit.n, fit.df_residual) == ("ok", n, df)
        assert np.abs((fit.coef - coef) / error).max() < CLOSE
        assert fit.std_error == pytest.approx(error, rel=CLOSE)
        assert np.abs((fit.cov - cov) / np.outer(error, error)).max() < CLOSE


def test_complete_data_agree_with_statsmodels():
    assert_agrees(*sample(share_missing=0))


def test_each_model_uses_its_own_complete_cases():
    assert_agrees(*sample())


@pytest.mark.parametrize("block_rows", [7, 300, 100_000])
def test_the_size_of_blocks_does_not_matter(block_rows):
    assert_agrees(*sample(), block_rows=block_rows)


def test_a_gap_costs_a_row_only_where_the_column_is_used():
    columns, outcome = sample(share_missing=0)
    columns[:40, 3] = np.nan
    alone, adjusted = screen_linear(columns, outcome, [ScreenDesign((0,)), ScreenDesign((0,), (3,))])
    assert (alone.n, adjusted.n) == (300, 260)


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), n=st.integers(30, 200), share=st.sampled_from([0.0, 0.05, 0.3]))
def test_random_data_agree_with_one_model_at_a_time(seed, n, share):
    columns, outcome = sample(n, seed, share)
    for design, fit in zip(DESIGNS, screen_linear(columns, outcome, DESIGNS), strict=True):
        places = [*design.factor, *design.covariates]
        complete = ~np.isnan(columns[:, places]).any(axis=1) & ~np.isnan(outcome)
        if fit.status == "refused":
            continue
        X = np.column_stack([np.ones(complete.sum()), columns[complete][:, places]])
        alone = fit_linear(X, outcome[complete])
        error = alone.std_error[1 : 1 + len(design.factor)]
        assert np.abs((fit.coef - alone.coef[1 : 1 + len(error)]) / error).max() < CLOSE
        assert fit.std_error == pytest.approx(error, rel=CLOSE)
        assert fit.leverage_max == pytest.approx(alone.leverage_max, rel=1e-8)


def test_columns_of_any_size_agree():
    columns, outcome = sample(share_missing=0)
    scale = np.array([1e-12, 1e12, 1, 1, 1, 1])
    plain, scaled = (screen_linear(c, outcome, DESIGNS[1:2])[0] for c in (columns, columns * scale))
    assert scaled.coef * 1e-12 == pytest.approx(plain.coef, rel=1e-9)
    assert scaled.std_error * 1e-12 == pytest.approx(plain.std_error, rel=1e-9)


def test_nearly_aliased_columns_are_as_accurate_as_by_qr():
    columns, outcome = sample(share_missing=0)
    columns[:, 1] = columns[:, 0] + 1e-4 * columns[:, 2]
    design = ScreenDesign((0,), (1,))
    alone = fit_linear(np.column_stack([np.ones(300), columns[:, :2]]), outcome)
    fit = screen_linear(columns, outcome, [design])[0]
    assert abs(fit.coef[0] - alone.coef[1]) / alone.std_error[1] < CLOSE
    assert fit.std_error[0] == pytest.approx(alone.std_error[1], rel=CLOSE)


def test_a_refused_model_says_why_and_leaves_the_others_alone():
    columns, outcome = sample(share_missing=0)
    columns = np.column_stack([columns, columns[:, 0] * 2])
    designs = [ScreenDesign((0,), (6,)), ScreenDesign((0,), (1,)), ScreenDesign((2,), (6, 0))]
    names = ["age", "bmi", "crp", "female", "former", "current", "years"]
    twin, sound, covariates = screen_linear(columns, outcome, designs, names=names)
    assert twin.status == covariates.status == "refused"
    assert np.isnan(twin.coef).all()
    assert np.isnan(twin.std_error).all()
    assert twin.note == (
        "Columns carry the same information, so their effects cannot be told apart:\n"
        "  - 'years' follows from 'age'.\n"
        "Leave one column of each line out."
    )
    assert sound.status == "ok"


def test_a_level_of_one_person_is_refused():
    columns, outcome = sample(share_missing=0)
    columns[:, 3] = np.arange(300) == 5
    alone, other = screen_linear(columns, outcome, [ScreenDesign((3,)), ScreenDesign((0,))])
    assert (alone.status, other.status) == ("refused", "ok")
    assert alone.note.startswith("'column 3': one participant alone decides this term (leverage 1)")


def test_an_infinite_value_is_counted_and_spoils_no_other_column():
    columns, outcome = sample(share_missing=0)
    columns[3, 2] = np.inf
    spoilt, other = screen_linear(columns, outcome, [ScreenDesign((2,)), ScreenDesign((0,), (1,))])
    assert "'column 2' has 0 missing and 1 infinite of 300 values." in spoilt.note
    assert other.status == "ok"


def test_a_column_without_values_is_refused():
    columns, outcome = sample(share_missing=0)
    columns[:, 2] = np.nan
    fit = screen_linear(columns, outcome, [ScreenDesign((2,))])[0]
    assert fit.n == 0
    assert fit.note == (
        "The model cannot be fitted:\n"
        "  - 0 participants cannot determine 2 coefficients. Take fewer columns or more participants."
    )


def test_few_participants_and_exact_outcomes_are_flagged():
    columns, outcome = sample(11, share_missing=0)
    assert screen_linear(columns, outcome, [ScreenDesign((0,))])[0].note == (
        "only 9 residual degrees of freedom; fewer than 10 are unreliable"
    )
    columns, _ = sample(share_missing=0)
    (fit,) = screen_linear(columns, 3 * columns[:, 0] + 1, [ScreenDesign((0,))])
    assert fit.note == "the outcome is reproduced exactly, so standard errors are rounding noise"
    assert fit.exact
    assert not screen_linear(columns, columns[:, 1], [ScreenDesign((0,))])[0].exact


def test_the_inputs_are_left_as_they_were():
    columns, outcome = sample()
    before = columns.copy(), outcome.copy()
    screen_linear(columns, outcome, DESIGNS)
    assert np.array_equal(columns, before[0], equal_nan=True)
    assert np.array_equal(outcome, before[1], equal_nan=True)


def test_participants_can_be_left_out_by_place():
    columns, outcome = sample()
    fit = screen_linear(columns, outcome, [ScreenDesign((0,), (1, 2), (3, 7)), ScreenDesign((0,), (1, 2))])[0]
    gone = outcome.copy()
    gone[[3, 7]] = np.nan
    (expected,) = screen_linear(columns, gone, [ScreenDesign((0,), (1, 2))])
    assert fit.n == expected.n
    assert fit.coef == pytest.approx(expected.coef, rel=1e-9)
    assert fit.std_error == pytest.approx(expected.std_error, rel=1e-9)
