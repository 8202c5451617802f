"""A variable is declared once and measured again at visits."""

import pytest

from rlsstudy.declare import Domain, Kind, Variable
from rlsstudy.declare.equations import BandOf, GradedItem, Normal, SumOf
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.repeated import at_visit, split_visit_name, visit_name
from rlsstudy.errors import DeclarationError

LEFT = MissingReason("dropped out", 0.1)


def score(name: str, equation, **settings) -> Variable:
    return Variable(
        name=name, label="Score", domain=Domain.OUTCOME, equation=equation, source="assumed", **settings
    )


@pytest.mark.parametrize(
    ("name", "week", "called"),
    [("pain", 0, "pain"), ("pain", 4, "pain_w04"), ("pain", 52, "pain_w52"), ("pain", 104, "pain_w104")],
)
def test_a_name_ends_in_the_week_of_the_visit_and_is_found_again(name, week, called):
    assert visit_name(name, week) == called
    assert split_visit_name(called) == (name, week)


@pytest.mark.parametrize("name", ["alcohol_w", "iron_w4", "shift_work", "w04"])
def test_other_endings_are_no_visits(name):
    assert split_visit_name(name) == (name, 0)


def test_an_item_asks_for_the_severity_of_the_visit_and_keeps_what_lasts():
    item = score(
        "item",
        GradedItem(
            latent="severity", second=("style", 0.3), loading=0.7, thresholds=(0.0, 1.0), source="assumed"
        ),
        kind=Kind.INTEGER,
        limits=(0, 2),
        missing=(MissingReason("not answered", 0.01),),
        applies_to="ill",
    )
    again = at_visit(item, 4, {"item", "severity"}, (LEFT,))

    assert (again.name, again.label, again.causes) == ("item_w04", "Score, week 4", ("severity_w04", "style"))
    assert (again.equation.loading, again.equation.thresholds) == (0.7, (0.0, 1.0))
    assert (again.missing, again.applies_to, again.limits) == ((LEFT,), "ill", (0, 2))


def test_sums_and_bands_are_of_the_same_visit():
    total = score("total", SumOf(items=("a", "b")), kind=Kind.INTEGER)
    band = score("band", BandOf(score="total", cuts=(1,)), kind=Kind.ORDINAL, levels=("low", "high"))
    repeated = {"a", "b", "total"}

    assert at_visit(total, 12, repeated, ()).causes == ("a_w12", "b_w12")
    assert at_visit(band, 12, repeated, ()).causes == ("total_w12",)


def test_what_may_come_about_otherwise_at_a_visit_is_refused():
    weight = score("weight", Normal(baseline=70, sd=10), kind=Kind.CONTINUOUS)
    with pytest.raises(DeclarationError) as refused:
        at_visit(weight, 4, set(), ())
    assert str(refused.value) == (
        "'weight' (Score) cannot be repeated as it is: only items, sums of items and bands of scores come about at a "
        "visit as at baseline. Declare it anew for each visit."
    )
