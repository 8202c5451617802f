"""Each equation draws from the distribution that it declares."""

import numpy as np
import pytest
from scipy.special import expit, ndtr, ndtri

from rlsstudy.declare import Cause, Domain, Evidence, Kind, Scale, Variable
from rlsstudy.declare.equations import (
    BandOf,
    Bernoulli,
    Categorical,
    Count,
    Derived,
    Genotype,
    GradedItem,
    LogNormal,
    Normal,
    Ordinal,
    RelativeRisk,
    SumOf,
)
from rlsstudy.errors import DeclarationError

# A grid of mid-points has the exact quantiles of the uniform: means over it are those of the distribution
# up to the grid's step.
GRID = (np.arange(100_000) + 0.5) / 100_000
GRID_ERROR = 2e-3


def variable(kind, equation=None, **fields):
    return Variable("x", "X", Domain.IRON, kind, equation=equation, source="test", **fields)


def quantiles(equation, kind=Kind.CONTINUOUS, **fields):
    this = variable(kind, equation, **fields)
    return equation.quantile(GRID, np.zeros(len(GRID)), this)


def test_normal_has_its_mean_and_standard_deviation():
    drawn = quantiles(Normal(baseline=27, sd=5))
    assert abs(drawn.mean() - 27) < GRID_ERROR
    assert abs(drawn.std() - 5) < GRID_ERROR


def test_normal_is_truncated_at_the_limits_and_not_piled_up_there():
    drawn = quantiles(Normal(baseline=20, sd=10), limits=(18, 95))
    assert drawn.min() >= 18
    assert (drawn == 18).mean() == 0


def test_lognormal_has_its_median_and_log_spread():
    drawn = quantiles(LogNormal(baseline=80, sigma=0.7))
    assert abs(np.median(drawn) - 80) < 0.01
    assert abs(np.log(drawn).std() - 0.7) < GRID_ERROR


def test_bernoulli_has_its_probability():
    assert abs(quantiles(Bernoulli(baseline=0.076), Kind.BINARY, levels=("no", "yes")).mean() - 0.076) < 1e-4


def test_a_relative_risk_multiplies_the_risk_and_stops_at_one():
    equation = RelativeRisk(baseline=0.02)
    this = variable(Kind.BINARY, equation, levels=("no", "yes"))
    risks = [equation.quantile(GRID, np.full(len(GRID), x), this).mean() for x in (0.0, np.log(3), 5.0)]
    np.testing.assert_allclose(risks, [0.02, 0.06, 1.0], atol=2e-5)


def test_a_solved_risk_is_hit():
    predictor = np.random.default_rng(5).normal(size=50_000) * 0.5
    equation = RelativeRisk(target=0.05).solved(predictor)
    assert abs(np.exp(predictor + equation.intercepts[0]).mean() - 0.05) < 1e-6


def test_count_is_poisson():
    drawn = quantiles(Count(baseline=1.9), Kind.INTEGER)
    # Poisson probabilities of 0, 1, 2 and 3 at mean 1.9, by hand: exp(-1.9) * 1.9**k / k!
    expected = [0.149569, 0.284180, 0.269971, 0.170982]
    np.testing.assert_allclose([(drawn == k).mean() for k in range(4)], expected, atol=2e-5)


def test_count_stops_at_the_upper_limit():
    assert quantiles(Count(baseline=6.0), Kind.INTEGER, limits=(0, 8)).max() == 8


def test_genotypes_are_in_hardy_weinberg_equilibrium():
    drawn = quantiles(Genotype(frequency=0.3), Kind.INTEGER)
    np.testing.assert_allclose([(drawn == dose).mean() for dose in range(3)], [0.49, 0.42, 0.09], atol=2e-5)


def test_ordinal_shares_are_solved_and_hit():
    levels = ("low", "middle", "high")
    predictor = np.repeat([-1.0, 0.0, 2.0], len(GRID) // 3)
    equation = Ordinal(shares=(0.5, 0.3, 0.2)).solved(predictor)
    u = np.resize(np.random.default_rng(1).permutation(GRID), len(predictor))
    drawn = equation.quantile(u, predictor, variable(Kind.ORDINAL, levels=levels))
    np.testing.assert_allclose([(drawn == code).mean() for code in range(3)], [0.5, 0.3, 0.2], atol=5e-3)


def test_categorical_shares_are_solved_and_hit():
    predictor = np.random.default_rng(2).normal(size=(len(GRID), 3)) * [0, 1, 0.5]
    equation = Categorical(shares=(0.55, 0.28, 0.17)).solved(predictor)
    u = np.random.default_rng(3).permutation(GRID)
    drawn = equation.quantile(u, predictor, variable(Kind.CATEGORICAL, levels=("never", "former", "current")))
    np.testing.assert_allclose([(drawn == code).mean() for code in range(3)], [0.55, 0.28, 0.17], atol=5e-3)


def test_a_solved_prevalence_is_the_mean_probability():
    predictor = np.random.default_rng(4).normal(size=50_000)
    equation = Bernoulli(target=0.076).solved(predictor)
    assert (
        abs(expit(predictor + equation.intercepts[0]).mean() - 0.076) < 1e-6
    )  # intercepts keep six decimals


def test_graded_items_count_thresholds_below_the_response():
    item = GradedItem(latent="severity", loading=0.8, thresholds=(-1.0, 0.0, 1.0, 2.0), source="test")
    severity = np.array([-2.0, 0.0, 2.0])
    u = np.full(3, 0.5)  # no noise at the median
    predictor = item.predictor({"severity": severity}, {}, variable(Kind.INTEGER), 3)
    np.testing.assert_array_equal(item.quantile(u, predictor, variable(Kind.INTEGER)), [0, 1, 3])
    assert (
        abs(
            item.quantile(GRID, np.zeros(len(GRID)), variable(Kind.INTEGER)).mean()
            - sum((0.6 * ndtri(GRID) > cut).mean() for cut in item.thresholds)
        )
        < 1e-12
    )


def test_outside_its_group_a_value_is_zero_by_definition():
    sex = Variable("sex", "Sex", Domain.DEMOGRAPHY, Kind.BINARY, levels=("male", "female"))
    parity = variable(Kind.INTEGER, Count(baseline=3.0, among=("sex", "female")))
    drawn = parity.equation.draw(
        {"sex": np.array([0.0, 1.0])}, {"sex": sex}, lambda _: np.array([0.9, 0.9]), parity
    )
    np.testing.assert_array_equal(drawn, [0, 5])


def test_a_cause_acts_per_contrast_on_its_own_scale():
    ferritin = Variable("ferritin", "F", Domain.IRON, Kind.CONTINUOUS, scale=Scale.LOG2, contrast=(50, 100))
    cause = Cause("ferritin", -0.12, Evidence.MODERATE, "test")
    np.testing.assert_allclose(
        cause.term({"ferritin": np.array([50.0, 100.0, 25.0])}, {"ferritin": ferritin}),
        [0, -0.12, 0.12],
        atol=1e-12,
    )


def test_a_categorical_cause_has_one_size_a_level():
    smoking = Variable(
        "smoking", "S", Domain.LIFESTYLE, Kind.CATEGORICAL, levels=("never", "former", "current")
    )
    cause = Cause("smoking", (("current", 0.378),), Evidence.MODERATE, "test")
    np.testing.assert_allclose(
        cause.term({"smoking": np.array([0.0, 1.0, 2.0])}, {"smoking": smoking}), [0, 0, 0.378]
    )


def test_a_sum_is_missing_when_an_item_is():
    answers = {"a": np.array([1.0, np.nan, 4.0]), "b": np.array([2.0, 3.0, 4.0])}
    np.testing.assert_array_equal(SumOf(items=("a", "b")).derive(answers), [3, np.nan, 8])


def test_a_sum_is_prorated_only_where_enough_items_are_answered():
    answers = {"a": np.array([1.0, np.nan]), "b": np.array([2.0, np.nan]), "c": np.array([np.nan, 4.0])}
    np.testing.assert_array_equal(SumOf(items=("a", "b", "c"), least_answered=2).derive(answers), [5, np.nan])


def test_bands_begin_at_their_cuts():
    score = {"total": np.array([0.0, 1.0, 10.0, 11.0, 31.0, 40.0, np.nan])}
    np.testing.assert_array_equal(
        BandOf(score="total", cuts=(1, 11, 21, 31)).derive(score), [0, 1, 1, 2, 4, 4, np.nan]
    )


def test_an_equation_has_either_a_baseline_or_a_target():
    with pytest.raises(DeclarationError) as caught:
        Normal(sd=1)
    assert str(caught.value) == "A Normal equation needs either a baseline or a target."


@pytest.mark.parametrize("equation", [SumOf(items=("a",)), BandOf(score="a", cuts=(1,))])
def test_derived_values_have_no_distribution(equation: Derived):
    with pytest.raises(DeclarationError) as caught:
        equation.quantile(GRID, GRID, variable(Kind.INTEGER))
    assert str(caught.value) == "'x' is derived from others and has no distribution of its own."


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Bernoulli(target=1.2), "The height of a Bernoulli equation is between 0 and 1, not 1.2."),
        (
            lambda: LogNormal(baseline=-5, sigma=1),
            "The height of a LogNormal equation is between 0 and inf, not -5.",
        ),
        (lambda: Normal(baseline=0, sd=-1), "A standard deviation is above 0, not -1."),
    ],
)
def test_impossible_heights_and_spreads_are_refused(make, message):
    with pytest.raises(DeclarationError) as caught:
        make()
    assert str(caught.value) == message


def test_the_sum_of_measurements_is_not_rounded():
    assert SumOf(items=("a", "b")).derive({"a": np.array([0.3]), "b": np.array([0.4])})[0] == pytest.approx(
        0.7
    )


@pytest.mark.parametrize("dispersion", [0.0, 0.8])
def test_a_count_has_its_mean_and_its_variance(dispersion):
    drawn = quantiles(Count(baseline=3.5, dispersion=dispersion), Kind.INTEGER, limits=(0, 500))
    assert abs(drawn.mean() - 3.5) < GRID_ERROR
    # Poisson: the mean; negative binomial: mean + dispersion * mean^2. The grid cuts the far tail.
    assert drawn.var() == pytest.approx(3.5 + dispersion * 3.5**2, rel=GRID_ERROR)


def test_a_negative_dispersion_is_refused():
    with pytest.raises(DeclarationError) as caught:
        Count(baseline=1, dispersion=-0.1)
    assert str(caught.value) == "A dispersion is 0 or above, not -0.1."


def test_the_law_within_limits_is_the_truncated_one():
    # Against the closed form: mean of a normal (20, 10) between 18 and 95.
    low, high = (18 - 20) / 10, (95 - 20) / 10
    density = np.exp(-(np.array([low, high]) ** 2) / 2) / np.sqrt(2 * np.pi)
    inside = ndtr(high) - ndtr(low)
    mean = 20 + 10 * (density[0] - density[1]) / inside
    drawn = quantiles(Normal(baseline=20, sd=10), limits=(18, 95))
    assert abs(drawn.mean() - mean) < 10 * GRID_ERROR
    middle = 20 + 10 * ndtri(ndtr(low) + inside / 2)
    assert abs(np.median(drawn) - middle) < 10 * GRID_ERROR


def test_a_second_latent_is_shared_by_the_items_of_a_subscale_alone():
    rng = np.random.default_rng(1)
    n = 200_000
    values = {"severity": rng.normal(size=n), "impact": rng.normal(size=n)}
    settings = {"latent": "severity", "loading": 0.6, "thresholds": (0.0,), "source": "test"}
    responses = [
        GradedItem(**settings, second=second).draw(values, {}, lambda _, u=u: u, variable(Kind.INTEGER))
        for second, u in zip((("impact", 0.5), ("impact", 0.5), None), rng.random((3, n)), strict=True)
    ]
    # Two thresholded normals of correlation r agree with a phi coefficient of 2 / pi * arcsin(r).
    expected = [2 / np.pi * np.arcsin(r) for r in (0.36 + 0.25, 0.36, 0.36)]
    found = [np.corrcoef(responses[a], responses[b])[0, 1] for a, b in ((0, 1), (0, 2), (1, 2))]
    np.testing.assert_allclose(found, expected, atol=0.009)  # four standard errors at n = 200,000
