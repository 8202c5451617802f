"""A curve of a factor in its own unit: right by hand, beside the truth, with every refusal said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from rlsstudy.cohort.cohort import Cohort, Origin
from rlsstudy.declare import (
    CausalModel,
    Cause,
    Design,
    Domain,
    Evidence,
    Kind,
    Scale,
    Study,
    SyntheticData,
    Variable,
)
from rlsstudy.declare.equations import BandOf, LogNormal, Normal
from rlsstudy.errors import CohortError, DeclarationError, EstimationError
from rlsstudy.estimate import fit_linear
from rlsstudy.estimate.fits.splines import default_knots, restricted_cubic_basis
from rlsstudy.estimate.shape import curves
from rlsstudy.estimate.shape.dose_response import dose_response
from rlsstudy.estimate.shape.fitted import Problem, fit_curve
from rlsstudy.estimate.shape.shape import Shape
from rlsstudy.estimate.shape.truth_curve import state_values, true_curve
from rlsstudy.estimate.truth.true_effect import truths_of

CLOSE = 1e-9  # relative, and of numbers near 1: the same least squares, reached on another way
LOOSER = 1e-7  # p-values, and columns as far from their mean as the values of a spline
ROUNDING = 1e-12  # a few roundings
HALFWAY = 1e-3  # relative: a median of an even number, halfway on a logarithm or not
N = 150
NUMBER = Kind.CONTINUOUS


def iron(**fields):
    given = {
        "unit": "µg/L",
        "scale": Scale.LOG2,
        "contrast": (50, 100),
        "causes_declared": ("age",),
        **fields,
    }
    return Variable("iron", "Iron", Domain.IRON, NUMBER, **given)


BIRTHS = Variable("births", "Births", Domain.DEMOGRAPHY, Kind.INTEGER, unit="births")
AGE = Variable("age", "Age", Domain.DEMOGRAPHY, NUMBER, unit="years", contrast=(50, 60))
SEX = Variable("sex", "Sex", Domain.DEMOGRAPHY, Kind.BINARY, levels=("male", "female"))
SCORE = Variable(
    "score", "Score", Domain.OUTCOME, NUMBER, unit="points", causes_declared=("age", "iron", "births")
)


def cohort(*variables, n=N, seed=5, **changes):
    rng = np.random.default_rng(seed)
    age, z = rng.normal(55, 10, n), rng.normal(5.6, 1, n)
    data = pd.DataFrame(
        {
            "age": age,
            "sex": pd.Categorical.from_codes(rng.integers(0, 2, n), ["male", "female"]),
            "births": pd.array(rng.integers(0, 5, n), "Int64"),
            "iron": np.exp2(z + 0.02 * (age - 55)),
            "score": 15 - 1.5 * np.minimum(z, 6) + 0.05 * age + rng.normal(0, 2, n),
        },
        index=pd.RangeIndex(1, n + 1, name="participant"),
    ).assign(**changes)
    model = CausalModel("m", variables or (AGE, SEX, BIRTHS, iron(), SCORE))
    study = Study("t", model, "score", ("iron",), SyntheticData())
    return Cohort(data, pd.DataFrame(index=data.index), study, (), Origin("made up", True))


def test_a_spline_is_the_adjusted_model_at_the_values_of_the_factor():
    made = cohort()
    curve = dose_response(made, "iron", points=5)
    z, y = np.log2(made.data["iron"].to_numpy()), made.data["score"].to_numpy()
    knots = default_knots(z, 4)
    X = np.column_stack([np.ones(N), restricted_cubic_basis(z, knots), made.data["age"]])
    fit = fit_linear(X, y)
    values = curve.frame["value"].to_numpy()
    L = np.zeros((len(values), 5))
    L[:, 1:4] = restricted_cubic_basis(np.log2(values), knots) - restricted_cubic_basis([np.log2(50)], knots)
    assert curve.frame["estimate"].to_numpy() == pytest.approx(L @ fit.coef, rel=LOOSER, abs=CLOSE)
    error = np.sqrt(np.einsum("ij,jk,ik->i", L, fit.cov, L))
    assert curve.frame["std_error"].to_numpy() == pytest.approx(error, rel=LOOSER, abs=CLOSE)
    half = (fit.conf_int()[1, 1] - fit.coef[1]) / fit.std_error[1] * error
    assert (curve.frame["conf_high"] - curve.frame["estimate"]).to_numpy() == pytest.approx(half, abs=LOOSER)
    assert (curve.status, curve.adjusted_for, curve.n_used, curve.n_dropped) == ("ok", ("age",), N, 0)


def test_values_go_from_the_5th_to_the_95th_percentile_evenly_on_the_scale_with_the_reference():
    made = cohort()
    curve = dose_response(made, "iron", shape="linear", points=4)
    low, high = np.quantile(np.log2(made.data["iron"]), [0.05, 0.95])
    spaced = np.sort(np.exp2([*np.linspace(low, high, 4), np.log2(50)]))
    assert curve.frame["value"].to_numpy() == pytest.approx(spaced, rel=CLOSE)
    at_reference = curve.frame[curve.frame["value"] == 50.0]
    assert at_reference[["estimate", "std_error", "conf_low", "conf_high"]].to_numpy().tolist() == [[0] * 4]


def test_a_straight_line_is_the_effect_of_estimate_effects():
    curve = dose_response(cohort(), "age", shape="linear", reference=50, adjustment="crude", points=2)
    made = cohort().data
    slope = np.polyfit(made["age"], made["score"], 1)[0]
    assert curve.frame["estimate"].to_numpy() == pytest.approx(
        slope * (curve.frame["value"] - 50), rel=LOOSER
    )


@pytest.mark.parametrize(("n", "bends"), [(99, 1), (100, 2)])
def test_fewer_than_a_hundred_participants_have_three_knots(n, bends):
    tests = dose_response(cohort(n=n), "iron").tests
    assert tests.loc[tests["null"] == "straight line", "df"].tolist() == [bends]


def test_knots_can_be_given_and_tied_ones_are_told():
    made = cohort()
    given = dose_response(made, "iron", shape=Shape(knots=(20.0, 40.0, 60.0, 80.0, 160.0)))
    assert given.tests["df"].tolist()[-2:] == [4, 3]
    tied = cohort(iron=np.r_[np.full(75, 20.0), np.geomspace(21, 200, 75)])
    assert dose_response(tied, "iron").note == "3 knots in place of 4, because values are tied"


def test_the_tests_of_a_spline_stand_beside_a_straight_line():
    curve = dose_response(cohort(), "iron")
    assert curve.tests[["shape", "null", "df"]].to_numpy().tolist() == [
        ["linear", "no effect", 1],
        ["spline", "no effect", 3],
        ["spline", "straight line", 2],
    ]
    assert curve.p_value("linear", "no effect") < 0.001
    assert np.isnan(curve.p_value("linear", "straight line"))
    assert curve.comparison.startswith("AICc ")
    assert curve.tests.groupby("shape")["aicc"].nunique().tolist() == [1, 1]


LOW = Variable(
    "low", "Low iron", Domain.IRON, Kind.BINARY, levels=("no", "yes"),
    equation=BandOf(score="iron", cuts=(64,), falling=True), source="t",
)  # fmt: skip
DECLARED = (AGE, SEX, BIRTHS, iron(), SCORE, LOW)


def test_a_declared_cut_is_the_threshold_and_is_tested_beside_other_shapes():
    made = cohort(*DECLARED)
    curve = dose_response(made, "iron", shape="threshold")
    assert (curve.threshold.at, curve.threshold.searched) == (64, False)
    assert curve.note == "threshold as declared by 'low'"
    assert 64 in curve.frame["value"].to_numpy()
    z, y = np.log2(made.data["iron"].to_numpy()), made.data["score"].to_numpy()
    fit = fit_linear(np.column_stack([np.ones(N), z, np.maximum(z - 6, 0), made.data["age"]]), y)
    assert curve.p_value("threshold", "straight line") == pytest.approx(fit.p_values[2], rel=LOOSER)
    beside = dose_response(made, "iron")
    assert beside.p_value("threshold", "straight line") == curve.p_value("threshold", "straight line")


def test_a_declared_cut_with_few_people_on_one_side_is_not_tested_beside_other_shapes():
    curve = dose_response(cohort(*DECLARED, iron=np.geomspace(60, 700, N)), "iron", reference=100)
    assert "threshold" not in curve.tests["shape"].tolist()
    assert repr(curve) == "<spline of 'score' by 'iron': ok, 150 participants>"


def test_a_curve_that_is_flat_above_is_tested_against_two_slopes():
    curve = dose_response(cohort(), "iron", shape=Shape("threshold", at=64, flat="above"))
    above = curve.frame[curve.frame["value"] >= 64]["estimate"]
    assert np.ptp(above) == pytest.approx(0, abs=ROUNDING)
    assert curve.tests[["shape", "null"]].to_numpy().tolist()[-3:] == [
        ["threshold", "straight line"],
        ["threshold", "flat above"],
        ["flat above", "no effect"],
    ]


def test_a_threshold_that_is_looked_for_widens_the_curve_to_every_threshold_of_its_interval():
    made = cohort()
    curve = dose_response(made, "iron", shape="threshold", points=9)
    place = curve.threshold
    assert place.searched and place.low <= place.at <= place.high
    held = dose_response(made, "iron", shape=Shape("threshold", at=place.at), points=9)
    assert curve.frame["estimate"].to_numpy() == pytest.approx(held.frame["estimate"].to_numpy(), abs=LOOSER)
    z, others = np.log2(made.data["iron"].to_numpy()), np.column_stack([np.ones(N), made.data["age"]])
    problem = Problem("iron", z, others, ("intercept", "age"), made.data["score"].to_numpy())
    low, high = np.full(len(curve.frame), np.inf), np.full(len(curve.frame), -np.inf)
    for at in (place.at, *np.exp2(np.linspace(*np.log2([place.low, place.high]), 25))):
        fitted = fit_curve(problem, curves.broken_stick(np.log2(at)))
        estimate, error = fitted.differences(
            np.log2(curve.frame["value"].to_numpy()), np.log2(curve.reference)
        )
        half = stdtrit(fitted.fit.df, 0.975) * error
        low, high = np.minimum(low, estimate - half), np.maximum(high, estimate + half)
    assert curve.frame["conf_low"].to_numpy() == pytest.approx(low, abs=CLOSE)
    assert curve.frame["conf_high"].to_numpy() == pytest.approx(high, abs=CLOSE)
    elsewhere = curve.frame["value"] != curve.reference
    narrower = held.frame["conf_high"] - held.frame["conf_low"]
    assert ((curve.frame["conf_high"] - curve.frame["conf_low"]) > narrower)[elsewhere].all()
    assert "the intervals of the curve hold for every threshold in its interval" in curve.note


def test_without_a_threshold_it_is_said_that_its_place_means_little():
    rng = np.random.default_rng(1)
    curve = dose_response(cohort(score=rng.normal(size=N)), "iron", shape="threshold")
    assert curve.p_value("threshold", "straight line") > 0.05
    assert "no threshold is shown, so that its place and its interval mean little" in curve.note


def test_categories_come_from_the_declaration_with_their_people_and_a_trend():
    made = cohort(*DECLARED)
    curve = dose_response(made, "iron", shape="categories", adjustment="crude")
    below = made.data["iron"] < 64
    means = made.data["score"].groupby(below).mean()
    assert curve.frame["category"].tolist() == ["below 64 µg/L", "64 or more µg/L"]
    assert curve.frame["n"].tolist() == [below.sum(), N - below.sum()]
    assert curve.frame["estimate"].tolist() == pytest.approx([0, means[False] - means[True]])
    assert curve.frame["value"].tolist() == pytest.approx(
        [made.data.loc[below, "iron"].median(), made.data.loc[~below, "iron"].median()], rel=HALFWAY
    )
    assert curve.reference == curve.frame["value"].iloc[0]
    trend, steps = (curve.p_value("categories", null) for null in ("no trend", "no effect"))
    assert trend == pytest.approx(steps, rel=LOOSER)  # with two categories they are one
    assert curve.note == "cuts as declared by 'low'"


def test_the_category_of_the_reference_is_compared_with():
    curve = dose_response(cohort(), "iron", shape=Shape("categories", cuts=(30, 60, 90)), reference=70)
    assert curve.frame.loc[curve.frame["estimate"] == 0, "category"].tolist() == ["60 to below 90 µg/L"]
    assert curve.tests.loc[curve.tests["shape"] == "categories", "null"].tolist() == ["no effect", "no trend"]


def test_a_factor_that_counts_has_a_curve_at_whole_numbers():
    curve = dose_response(cohort(), "births", shape="linear", reference=1)
    assert curve.frame["value"].tolist() == [0, 1, 2, 3, 4]
    assert curve.counts["n"].sum() == N
    assert curve.counts[["low", "high"]].to_numpy()[0].tolist() == [-0.5, 0.5]


def test_people_are_counted_in_ranges_of_at_least_ten():
    made = cohort()
    curve = dose_response(made, "iron")
    low, high = curve.frame["value"].iloc[[0, -1]]
    assert (curve.counts["n"] >= 10).all()
    assert curve.counts["n"].sum() == made.data["iron"].between(low, high).sum()
    assert curve.counts["low"].iloc[1:].tolist() == curve.counts["high"].iloc[:-1].tolist()


def test_without_a_contrast_or_outside_the_data_the_median_is_compared_with_and_it_is_said():
    plain = dose_response(cohort(), "births", shape="linear")
    assert plain.note == "compared with 2, about the median, because no contrast is declared"
    made = cohort(AGE, SEX, BIRTHS, iron(contrast=(1000, 2000)), SCORE, iron=np.geomspace(10, 200.0, N))
    far = dose_response(made, "iron", shape="linear")
    assert far.note == (
        "compared with 45, about the median, because 1000 is outside the 5th to 95th percentile"
    )
    assert (plain.reference, far.reference) == (2, 45)


def test_a_gap_costs_a_participant_and_is_counted():
    made = cohort(iron=np.r_[[np.nan] * 20, np.exp2(np.random.default_rng(1).normal(5.6, 1, N - 20))])
    curve = dose_response(made, "iron", shape="linear")
    assert (curve.n_used, curve.n_dropped) == (N - 20, 20)


def refused(made, factor="iron", **options):
    curve = dose_response(made, factor, **options)
    assert curve.status == "refused"
    assert len(curve.frame) == len(curve.tests) == len(curve.counts) == 0
    return curve.note


def test_what_the_data_cannot_show_is_refused_with_the_reason():
    assert refused(cohort(iron=np.nan)) == "'iron' has no values"
    assert refused(cohort(iron=50.0)) == "'iron' is the same for everybody in this model"
    assert refused(cohort(score=7.0)) == "the outcome is the same for everybody in this model"
    assert refused(cohort(n=11)).startswith("11 complete participants are too few for 3 coefficients")
    assert refused(cohort(n=13)) == (
        "13 complete participants are too few for the shape spline with 4 coefficients; at least 14 are needed"
    )
    few = cohort(iron=np.resize([30.0, 60.0, 120.0], N))
    assert refused(few).startswith("3 different values among 150 cannot hold 4 knots")
    assert refused(few, shape="threshold").startswith("'iron' has fewer than 5 different values")
    heaped = cohort(iron=np.r_[np.full(N - 5, 50.0), [20, 30, 70, 80, 90]])
    assert refused(heaped, shape="linear") == (
        "The 5th and the 95th percentile of 'iron' are the same value, so that a curve has no range. Use categories."
    )


def test_few_different_values_have_a_straight_line_and_no_spline_beside_it():
    curve = dose_response(
        cohort(iron=np.resize([30.0, 60.0, 120.0], N)), "iron", shape="linear", reference=60
    )
    assert (curve.status, curve.tests["shape"].tolist()) == ("ok", ["linear"])
    assert curve.comparison == ""


def test_a_reference_outside_the_data_is_refused_without_a_value_of_anybody():
    made = cohort(iron=np.geomspace(10, 200, N))
    assert refused(made, reference=5) == (
        "The reference 5 is outside the values of 'iron' among these participants. Choose one within the 5th to "
        "95th percentile, 11.6 to 172 µg/L."
    )
    assert refused(made, reference=0).startswith("The reference 0 is outside")
    assert refused(made, reference=np.nan).startswith("The reference nan is outside")


def test_a_threshold_without_people_beside_it_is_refused_and_with_few_flagged():
    made = cohort(iron=np.geomspace(10, 200, N))
    assert refused(made, shape=Shape("threshold", at=9)) == (
        "Fewer than 3 participants are at or below 9 µg/L, so that this threshold of 'iron' cannot be seen. Choose "
        "another, or a spline."
    )
    curve = dose_response(made, "iron", shape=Shape("threshold", at=11))
    assert curve.status == "flagged"
    assert curve.note.startswith("fewer than 10 participants are at or below 11 µg/L")
    assert refused(made, shape=Shape("threshold", at=-3)) == (
        "'iron' (Iron) is on a log2 scale, so that its threshold is above 0."
    )
    assert refused(made, shape=Shape("threshold", flat="above")) == (
        "No single cut of 'iron' is declared, and a curve that is flat above a threshold needs a known one. Give 'at'."
    )


def refusal(*arguments, error=EstimationError, **options):
    with pytest.raises(error) as caught:
        dose_response(*arguments, **options)
    return str(caught.value)


def test_what_no_data_could_answer_is_an_error():
    made = cohort()
    assert refusal(made, "sex") == (
        "'sex' (Sex) is binary, and only a number has a curve. Its levels are compared by estimate_effects."
    )
    assert (
        refusal(made, "irn", error=DeclarationError) == "No variable 'irn' is declared. Did you mean 'iron'?"
    )
    assert refusal(made, "iron", adjustment="all") == (
        "No adjustment 'all' is offered. Allowed: crude, age_sex, graph."
    )
    assert refusal(made, "iron", points=1) == (
        "A curve is worked out at 2 to 500 values, given as 'points', not 1."
    )
    assert "is also listed as a factor" in refusal(made, "score")
    assert "needs a number" in refusal(made, "iron", outcome="sex")
    visits = replace(made, data=pd.concat([made.data], keys=[1], names=["visit"]).swaplevel())
    assert "A curve would take every visit" in refusal(visits, "iron", error=CohortError)


def test_a_shape_that_contradicts_itself_lists_everything():
    assert refusal(cohort(), "iron", shape="splin") == (
        "The shape cannot be had:\n  - no shape 'splin' is offered. Did you mean 'spline'?"
    )
    with pytest.raises(EstimationError) as caught:
        Shape("linear", knots=5, cuts=[3, 2], at="where", flat="both", seed=-1)
    assert str(caught.value).splitlines()[1:] == [
        "  - no flat side 'both' is offered. Allowed: above, below.",
        "  - 'knots' belongs to the shape spline, not to linear.",
        "  - 'cuts' belongs to the shape categories, not to linear.",
        "  - 'at' belongs to the shape threshold, not to linear.",
        "  - 'flat' belongs to the shape threshold, not to linear.",
        "  - 'seed' belongs to the shape threshold, not to linear.",
        "  - 'cuts' ascend, and are finite numbers.",
        "  - 'at' is a number or 'unknown', not 'where'.",
        "  - 'seed' is a whole number from 0, not -1.",
    ]
    with pytest.raises(EstimationError, match="a threshold that is looked for has a slope on either side"):
        Shape("threshold", at="unknown", flat="above")
    with pytest.raises(EstimationError, match="'knots' ascend, and are finite numbers, at least 3"):
        Shape(knots=(1.0, 2.0))


# --- the truth ------------------------------------------------------------------------------------


def causes(*terms):
    return tuple(
        Cause(name, size, Evidence.ASSUMED, "assumed", acts_between=span) for name, size, span in terms
    )


STATE = Variable(
    "stores", "Stores", Domain.IRON, NUMBER, unit="µg/L", limits=(2, 4000), scale=Scale.LOG2, contrast=(50, 100),
    measured=False, equation=LogNormal(baseline=50, sigma=0.7), source="t",
)  # fmt: skip
MARKER = Variable(
    "marker", "Marker", Domain.IRON, NUMBER, contrast=(0, 3), stands_for=("stores", 50, 100),
    equation=Normal(baseline=0, sd=0.5, terms=causes(("stores", 3.0, (-np.inf, np.inf)))), source="t",
)  # fmt: skip
OUTCOME = Variable(
    "score", "Score", Domain.OUTCOME, NUMBER, unit="points",
    equation=Normal(baseline=20, sd=2, terms=causes(("stores", -3.0, (1, 50)))), source="t",
)  # fmt: skip
SIMULATED = CausalModel("m", (STATE, MARKER, OUTCOME), designs=(Design("population", "P"),))


def simulated(n=120, **data):
    rng = np.random.default_rng(3)
    z = rng.normal(5.6, 1, n)
    frame = pd.DataFrame(
        {"marker": 3 * (z - np.log2(50)) + rng.normal(0, 0.5, n), "score": 20 - 3 * np.minimum(z - 5.6, 0)}
    ).assign(score=lambda f: f["score"] + rng.normal(0, 2, n), **data)
    frame.index = pd.RangeIndex(1, n + 1, name="participant")
    study = Study("t", SIMULATED, "score", ("marker",), SyntheticData(design="population"))
    return Cohort(frame, pd.DataFrame(index=frame.index), study, (), Origin("made up", True))


def test_a_marker_is_meant_as_its_state_on_the_line_through_its_contrast():
    assert state_values(SIMULATED, "marker", np.array([-3.0, 0, 3, 6])) == pytest.approx([25, 50, 100, 200])
    assert state_values(SIMULATED, "stores", np.array([7.0])).tolist() == [7]


def test_the_true_curve_is_the_declared_one():
    # Three points more for each halving of the stores below 50, nothing above.
    truth, error = true_curve(simulated(), "marker", "score", np.array([-6.0, -3, 0, 3]), 0.0)
    assert truth == pytest.approx([6, 3, 0, 0], abs=CLOSE)
    assert error == pytest.approx([0, 0, 0, 0], abs=CLOSE)


def test_the_true_curve_over_the_contrast_is_the_true_effect():
    cohort_ = simulated()
    truth, _ = true_curve(cohort_, "marker", "score", np.array([3.0]), 0.0)
    assert truth[0] == pytest.approx(truths_of(cohort_, ["marker"], "score")["truth"].iloc[0], abs=ROUNDING)


def test_where_the_state_cannot_be_there_is_no_truth():
    truth, _ = true_curve(simulated(), "marker", "score", np.array([-30.0, -3]), 0.0)
    assert np.isnan(truth[0]) and truth[1] == pytest.approx(3)


def test_what_has_no_effect_has_a_truth_of_0():
    reversed_ = Variable("other", "Other", Domain.IRON, NUMBER, equation=Normal(baseline=0, sd=1), source="t")
    cohort_ = simulated()
    study = replace(cohort_.study, model=SIMULATED.with_variables(reversed_))
    truth, _ = true_curve(replace(cohort_, study=study), "other", "score", np.array([-1.0, 1]), 0.0)
    assert truth.tolist() == [0, 0]


def test_a_synthetic_cohort_is_compared_with_its_truth_and_a_real_one_is_not():
    cohort_ = simulated()
    curve = dose_response(cohort_, "marker", adjustment="crude", points=5)
    frame = curve.frame
    inside = frame["truth"].between(frame["conf_low"], frame["conf_high"])
    at_reference = frame["value"] == 0
    assert frame["covered"].isna().tolist() == at_reference.tolist()
    assert frame["bias"].tolist() == (frame["estimate"] - frame["truth"]).tolist()
    assert frame.loc[~at_reference, "covered"].tolist() == inside[~at_reference].tolist()
    assert curve.note == "stands for stores"
    real = replace(cohort_, origin=Origin("a file", False))
    assert "truth" not in dose_response(real, "marker", adjustment="crude", points=5).frame
    assert "truth" not in dose_response(cohort(), "iron", points=5).frame  # nothing says how it came about
