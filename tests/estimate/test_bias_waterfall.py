"""Each bias of a small linear model is the one that can be worked out by hand."""

import math

import numpy as np
import pytest

from rlsstudy.declare import (
    CausalModel,
    Cause,
    Design,
    Domain,
    Evidence,
    Kind,
    Study,
    SyntheticData,
    Variable,
)
from rlsstudy.declare.equations import Bernoulli, Categorical, Normal
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.errors import DeclarationError
from rlsstudy.estimate.bias.waterfall import Flaws, bias_waterfall

N = 20_000
EXACT = 1e-12  # changes are differences of the estimates, up to their last digits
ERRORS = (
    4  # Monte-Carlo standard errors: one change in 16,000 lies further off by chance, and the seed is fixed
)
LARGEST_ERROR = 0.06  # so that the biases, 0.4 to 1.4 points, are seen

# The chance of something that x and w both decide: 0.1 without, 0.5 with one of them, 0.9 with both.
BOTH_DECIDE = math.log(9)
LOW_ODDS = math.log(1 / 9)


def causes(*terms):
    return tuple(Cause(name, size, Evidence.ASSUMED, "assumed") for name, size in terms)


def normal(name, *terms, **fields):
    equation = Normal(baseline=0, sd=1, terms=causes(*terms))
    return Variable(
        name,
        name.upper(),
        Domain.IRON,
        Kind.CONTINUOUS,
        contrast=(0, 1),
        equation=equation,
        source="assumed",
        **fields,
    )


def binary(name, baseline, *terms, **fields):
    equation = Bernoulli(baseline=baseline, terms=causes(*terms))
    return Variable(
        name,
        name.upper(),
        Domain.IRON,
        Kind.BINARY,
        levels=("no", "yes"),
        equation=equation,
        source="assumed",
        **fields,
    )


def study(factor, *variables, population=None, admission=None):
    designs = (Design("population", "Population"), Design("clinic", "Clinic", admission))
    model = CausalModel("tiny", variables, designs=designs)
    return Study("t", model, "y", (factor,), SyntheticData(design="population"), population)


def assert_changes(steps, expected):
    """Check every change against its value by hand, by its own Monte-Carlo error."""
    assert steps["step"].tolist() == ["truth", *expected]
    changes = steps.set_index("step")
    for step, change in expected.items():
        error = changes.loc[step, "mc_error"]
        assert error < LARGEST_ERROR
        assert changes.loc[step, "change"] == pytest.approx(change, abs=ERRORS * error + EXACT), step


MEASURED_WITH_ERROR = (
    normal("c"),
    normal("state", ("c", 0.5), measured=False),
    normal("x", ("state", 1.0), stands_for=("state", 0, 1)),
    normal("y", ("state", 2.0), ("c", 3.0)),
)


def test_confounding_and_measurement_error_are_those_worked_out_by_hand():
    steps = bias_waterfall("x", study=study("x", *MEASURED_WITH_ERROR), flaws=Flaws(gaps=False), n=N)
    assert steps.loc[0, "estimate"] == pytest.approx(2, abs=EXACT)
    assert steps.loc[0, "mc_error"] == pytest.approx(0, abs=EXACT)
    # c moves the state by 0.5, whose variance is 1.25: crude 2 + 3 * 0.5 / 1.25; the marker's variance is 2.25.
    crude = 2 + 3 * 0.5 / 1.25
    assert_changes(steps, {"regression": 0, "confounding": crude - 2, "marker": crude * (1.25 / 2.25 - 1)})
    assert steps["label"].tolist() == [
        "True effect of STATE",
        "A regression that knows every value",
        "Confounding left unadjusted",
        "X instead of STATE",
    ]


def test_what_the_study_adjusts_for_confounds_no_more():
    flaws = Flaws(adjusted_for=("c",), gaps=False)
    steps = bias_waterfall("x", study=study("x", *MEASURED_WITH_ERROR), flaws=flaws, n=N)
    # Given c, the variance of the state is 1 and that of its marker 2.
    assert_changes(steps, {"regression": 0, "confounding": 0, "marker": -1})
    assert steps["label"].iloc[2] == "Adjusted for C alone"


def test_selection_is_the_one_worked_out_by_hand():
    admission = binary("found", 0.1, ("x", BOTH_DECIDE), ("w", BOTH_DECIDE), measured=False)
    asked = study(
        "x", binary("x", 0.5), binary("w", 0.5), normal("y", ("x", 1.0), ("w", 2.0)), admission=admission
    )
    steps = bias_waterfall("x", study=asked, flaws=Flaws(design="clinic", gaps=False), n=N)
    # Of those found with x, 0.9 / 1.4 have w; of those found without it, 0.5 / 0.6.
    bias = 2 * (0.9 / 1.4 - 0.5 / 0.6)
    assert_changes(steps, {"regression": 0, "confounding": 0, "selection": bias})


def test_complete_cases_have_the_bias_worked_out_by_hand():
    reason = MissingReason("refused", 0.5, causes(("x", BOTH_DECIDE), ("w", BOTH_DECIDE)), intercept=LOW_ODDS)
    asked = study(
        "x", binary("x", 0.5, missing=(reason,)), binary("w", 0.5), normal("y", ("x", 1.0), ("w", 2.0))
    )
    steps = bias_waterfall("x", study=asked, n=N)
    # Of those with x whose value is seen, 0.1 / 0.6 have w; of those without it, 0.5 / 1.4.
    bias = 2 * (0.1 / 0.6 - 0.5 / 1.4)
    assert_changes(steps, {"regression": 0, "confounding": 0, "gaps": bias})


def test_a_wrong_diagnosis_has_the_bias_worked_out_by_hand():
    asked = study(
        "x",
        binary("x", 0.5),
        binary("s", 0.5),
        binary("d", 0.1, ("x", BOTH_DECIDE), ("s", BOTH_DECIDE)),
        normal("y", ("x", 1.0), ("s", 3.0), applies_to="s"),
        population="s",
    )
    steps = bias_waterfall("x", study=asked, flaws=Flaws(diagnosis="d"), n=N)
    bias = 3 * (0.9 / 1.4 - 0.5 / 0.6)  # of those diagnosed with x, 0.9 / 1.4 have it; without x, 0.5 / 0.6
    assert_changes(steps, {"regression": 0, "confounding": 0, "gaps": 0, "diagnosis": bias})
    assert steps["label"].iloc[-1] == "D instead of S"


def test_the_changes_add_up_from_the_truth_to_the_naive_estimate():
    admission = binary("found", 0.1, ("y", 0.5), measured=False)
    asked = study("x", *MEASURED_WITH_ERROR, admission=admission)
    steps = bias_waterfall("x", study=asked, flaws=Flaws(design="clinic"), n=500)
    naive = steps["estimate"].iloc[-1]
    assert steps["estimate"].iloc[0] + steps["change"].sum() == pytest.approx(naive, abs=EXACT)


def test_people_who_are_in_both_steps_count_once():
    steps = bias_waterfall("x", study=study("x", *MEASURED_WITH_ERROR), n=500)
    # Nobody has a gap, so that the same people have the same estimate, without error.
    assert steps.loc[steps["step"] == "gaps", ["change", "mc_error"]].to_numpy().tolist() == [[0.0, 0.0]]


def test_those_whom_a_design_finds_are_not_those_of_the_whole_population():
    admission = binary("found", 1 - 1e-12, measured=False)  # everybody is found
    asked = study("x", *MEASURED_WITH_ERROR, admission=admission)
    steps = bias_waterfall("x", study=asked, flaws=Flaws(design="clinic", gaps=False), n=500)
    # The same people would have the same estimate, and an error that is not theirs.
    selection = steps.set_index("step").loc["selection"]
    assert 0 < abs(selection["change"]) < ERRORS * selection["mc_error"]


def test_every_contrast_of_a_factor_with_levels_is_followed():
    smoking = Variable(
        "smoking",
        "Smoking",
        Domain.LIFESTYLE,
        Kind.CATEGORICAL,
        levels=("never", "former", "current"),
        equation=Categorical(shares=(0.5, 0.3, 0.2)),
        source="assumed",
    )
    sizes = (("former", 1.0), ("current", 3.0))
    asked = study("smoking", smoking, normal("y", ("smoking", sizes)))
    steps = bias_waterfall("smoking", study=asked, flaws=Flaws(gaps=False), n=500)
    truths = steps[steps["step"] == "truth"].set_index("contrast")["estimate"]
    assert truths.to_dict() == pytest.approx({"former vs never": 1, "current vs never": 3})


def test_what_cannot_be_followed_is_refused_all_at_once():
    asked = study("x", *MEASURED_WITH_ERROR)
    with pytest.raises(DeclarationError) as caught:
        bias_waterfall("x", study=asked, outcome="x", flaws=Flaws(("state",), diagnosis="c"), n=1)
    assert str(caught.value) == (
        "A waterfall is simulated with 2 to 10,000,000 people, not 1. "
        "The outcome is a number other than the factor; 'x' is not. "
        "The study has no population that 'c' could be a diagnosis of. "
        "A diagnosis is a measured binary variable; 'c' is not. "
        "'state' is latent, and no study can adjust for it."
    )


SEEDS = 80
RELATIVE = (
    0.32  # four times 1 / sqrt(2 * 79), the relative standard error of a standard deviation of 80 figures
)


@pytest.mark.slow
def test_the_errors_are_the_spread_over_seeds():
    admission = binary("found", 0.5, ("y", 0.5), measured=False)
    asked = study("x", *MEASURED_WITH_ERROR, admission=admission)
    flaws = Flaws(design="clinic", gaps=False)
    runs = [bias_waterfall("x", study=asked, flaws=flaws, n=400, seed=2 * seed) for seed in range(SEEDS)]
    changes = np.array([run["change"] for run in runs])[:, 1:]
    errors = np.array([run["mc_error"] for run in runs])[:, 1:]
    assert changes.std(axis=0, ddof=1) == pytest.approx(errors.mean(axis=0), rel=RELATIVE)
