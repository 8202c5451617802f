"""What cannot be declared or simulated is refused with the place, in one error of our own."""

import pytest

import rlsstudy as rls
from rlsstudy.declare import CausalModel, Cause, Design, Domain, Evidence, Kind, Scenario, Variable
from rlsstudy.declare.equations import Bernoulli, Count, LogNormal, Normal
from rlsstudy.errors import DeclarationError


def number(name, *causes, equation=None, **settings):
    terms = tuple(Cause(cause, 0.5, Evidence.ASSUMED, "assumed") for cause in causes)
    return Variable(
        **{"name": name, "label": name, "domain": Domain.IRON, "kind": Kind.CONTINUOUS, "source": "assumed"}
        | settings,
        equation=equation or Normal(baseline=0, sd=1, terms=terms),
    )


def problems(*variables, **parts):
    with pytest.raises(DeclarationError) as caught:
        CausalModel("m", variables, **parts)
    return caught.value.problems


def refused(call):
    with pytest.raises(DeclarationError) as caught:
        call()
    return str(caught.value)


def test_a_circle_is_shown():
    assert problems(number("a", "c"), number("b", "a"), number("c", "b")) == (
        "causes run in a circle: a → c → b → a. Remove one of these arrows.",
    )


def test_an_unknown_cause_is_answered_with_the_nearest():
    assert problems(number("ferritin"), number("b", "feritin")) == (
        "'b' has a cause 'feritin' that is not declared. Did you mean 'ferritin'?",
    )


def test_a_variable_without_a_source_is_named():
    assert problems(number("a", source="")) == (
        "'a' has no source; write where its figures come from, or 'assumed'.",
    )


@pytest.mark.parametrize(
    ("equation", "message"),
    [
        (
            lambda: Bernoulli(target=1.2),
            "The height of a Bernoulli equation is between 0 and 1, not 1.2.",
        ),
        (lambda: Count(target=0), "The height of a Count equation is between 0 and inf, not 0."),
        (lambda: Normal(sd=1), "A Normal equation needs either a baseline or a target."),
        (lambda: LogNormal(target=5, sigma=0), "A standard deviation is above 0, not 0."),
    ],
)
def test_an_impossible_height_is_refused_where_it_is_written(equation, message):
    assert refused(equation) == message


@pytest.mark.parametrize(
    ("equation", "height"),
    [(Normal(baseline=200, sd=10), "200"), (LogNormal(target=0.01, sigma=0.5), "0.01")],
)
def test_a_height_outside_the_limits_contradicts_them(equation, height):
    assert problems(number("a", equation=equation, limits=(1, 100))) == (
        f"'a': its height of {height} is outside its limits, 1 to 100.",
    )


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"n": 0}, "A cohort has 1 to 10,000,000 participants, not 0."),
        ({"n": 10**10}, "A cohort has 1 to 10,000,000 participants, not 10,000,000,000."),
        ({"scenario": "nul_iron"}, "No scenario 'nul_iron' is declared. Did you mean 'null_iron'?"),
        (
            {"scenario": "strong_dropout"},
            "The scenario 'strong_dropout' changes what happens in the design 'follow_up_trial'. Ask for that design too.",
        ),
    ],
)
def test_what_cannot_be_simulated_is_refused(asked, message):
    assert refused(lambda: rls.simulate_cohort(**asked)) == message


def test_families_have_sizes_that_divide_a_block():
    assert refused(lambda: Design("d", "D", family_size=3)) == (
        "The design 'd': a family has 1, 2, 4, 8 members, not 3."
    )


def test_a_scenario_cannot_act_on_what_is_not_drawn():
    effect = Cause("a", 1.0, Evidence.ASSUMED, "assumed")
    bare = Variable("b", "b", Domain.IRON, Kind.CONTINUOUS)
    model = CausalModel("m", (number("a"), bare), (Scenario("s", "Why?", causes=(("b", effect),)),))
    assert refused(lambda: model.in_scenario("s")) == (
        "'b' has no equation to which an effect of 'a' could be added."
    )


@pytest.mark.parametrize(
    ("effect", "message"),
    [
        (
            "irls_total",
            "No effect can be added to 'irls_total' (IRLS total), which follows from irls_i01, irls_i02, irls_i03. "
            "Act on one of its causes.",
        ),
        (
            "irls_i01",
            "No effect can be added to 'irls_i01' (IRLS item 1 (discomfort)), which follows from rls_severity. "
            "Act on one of its causes.",
        ),
    ],
)
def test_an_effect_on_what_follows_from_others_is_refused_and_not_ignored(effect, message):
    cause = Cause("age", 5.0, Evidence.ASSUMED, "assumed")
    assert refused(lambda: rls.rls_model().with_causes([(effect, cause)])) == message


def test_sizes_by_level_are_checked():
    effect = Cause("a", (), Evidence.ASSUMED, "assumed")
    assert problems(number("a"), number("b", equation=Normal(baseline=0, sd=1, terms=(effect,)))) == (
        "'b': 'a' needs one size, or one for each level but the first where it has levels.",
    )


@pytest.mark.parametrize("value", [float("nan"), None])
def test_a_variable_is_set_to_a_finite_number(value):
    assert refused(lambda: rls.rls_model().do(age=value)) == (
        f"'age' (Age) is set to a finite number or a level, not to {value!r}."
    )


def test_a_truth_is_not_asked_of_ten_billion_or_of_half_a_person():
    for n, written in ((10**10, "10000000000"), (50.5, "50.5")):
        assert refused(lambda n=n: rls.true_effect("abi", design="population", n=n)) == (
            f"A true effect is averaged over 2 to 10,000,000 participants, not {written}."
        )
