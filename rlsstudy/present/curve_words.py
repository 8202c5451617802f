"""What a curve shows, in sentences; every number is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.kinds import Kind
from rlsstudy.present.effect_rows import ADJUSTMENTS
from rlsstudy.present.effect_sentences import sentences
from rlsstudy.present.numbers import (
    decimals_for,
    shared_decimals,
    with_unit,
    write_count,
    write_interval,
    write_number,
    write_p_equation,
    write_plain,
)
from rlsstudy.present.wording import SYNTHETIC, join_words, with_unit_once
from rlsstudy.problems import counted

if TYPE_CHECKING:
    import pandas as pd

    from rlsstudy.estimate.shape.response import DoseResponse

_SHAPES = {
    "spline": "restricted cubic spline",
    "linear": "straight line",
    "categories": "categories",
    "threshold": "two straight lines that meet at a threshold",
    "flat above": "a line that is flat above a threshold",
    "flat below": "a line that is flat below a threshold",
}
_MOST_CATEGORIES = 8  # more would make a list that nobody reads
_MOST_DECIMALS = 3


def describe_caption(curve: DoseResponse) -> str:
    """Say what the figure shows, whom it is about and how it was estimated."""
    left_out = f" ({counted(curve.n_dropped, 'other')} left out)" if curve.n_dropped else ""
    adjusted = ADJUSTMENTS[curve.adjustment].lower()
    return sentences(
        f"{_headline(curve)}, in {counted(curve.n_used, 'participant')}{left_out}.",
        f"{_shape(curve)}, {adjusted}, with 95% intervals at each value{_range(curve)}.",
        SYNTHETIC if curve.synthetic else "",
    )


def describe_alt(curve: DoseResponse) -> str:
    """Say what there is to see, with the numbers."""
    return sentences(
        f"{_headline(curve)}: {_shape(curve).lower()}, in {counted(curve.n_used, 'participant')}{_range(curve)}.",
        SYNTHETIC if curve.synthetic else "",
        _about_categories(curve) if curve.shape == "categories" else _about_curve(curve),
        _about_threshold(curve),
        _about_tests(curve),
        _about_truth(curve),
    )


def value_of(curve: DoseResponse, value: float) -> str:
    """Write a value of the factor with its unit, with the decimals that it needs."""
    if float(f"{value:.3g}") == value or curve.factor.kind is Kind.INTEGER:
        return with_unit(write_plain(value), curve.factor.unit)
    return with_unit(write_number(value, decimals_for(abs(value) / 10)), curve.factor.unit)


def compared_with(curve: DoseResponse) -> str:
    """Write the value, or the category, with which the others are compared."""
    if curve.shape != "categories":
        return value_of(curve, curve.reference)
    rows = curve.frame["value"] == curve.reference
    return str(curve.frame.loc[rows, "category"].iloc[0])


def _headline(curve: DoseResponse) -> str:
    factor, outcome = with_unit_once(curve.factor), curve.outcome.label_with_unit
    return f"Difference in {outcome} along {factor}, compared with {compared_with(curve)}"


def _shape(curve: DoseResponse) -> str:
    flat = [name for name in curve.tests["shape"].unique() if name.startswith("flat")]
    words = _SHAPES[flat[0] if flat else curve.shape]
    return words[:1].upper() + words[1:]


def _range(curve: DoseResponse) -> str:
    if curve.shape == "categories":
        return ""
    low, high = (value_of(curve, float(curve.frame["value"].iloc[place])) for place in (0, -1))
    return f", from {low} to {high} (5th to 95th percentile)"


def _about_curve(curve: DoseResponse) -> str:
    """Write the curve at its ends and in the middle; the reference, which is 0, is left out."""
    frame = curve.frame
    scaled = curve.factor.on_scale(frame["value"].to_numpy())
    middle = int(np.abs(scaled - (scaled[0] + scaled[-1]) / 2).argmin())
    apart = frame["value"].to_numpy() != curve.reference
    places = [place for place in dict.fromkeys((0, middle, len(frame) - 1)) if apart[place]]
    written = _written(frame.iloc[places])
    listed = [
        f"{number} at {value_of(curve, float(value))}"
        for number, value in zip(written, frame["value"].iloc[places], strict=True)
    ]
    return f"The difference is {join_words(listed)}."


def _about_categories(curve: DoseResponse) -> str:
    others = curve.frame[curve.frame["value"] != curve.reference]
    if len(others) > _MOST_CATEGORIES:
        others = others.iloc[[0, -1]]
    listed = [
        f"{category} {number}" for category, number in zip(others["category"], _written(others), strict=True)
    ]
    return f"The difference is: {'; '.join(listed)}."


def _written(rows: pd.DataFrame) -> list[str]:
    limits = list(zip(rows["conf_low"], rows["conf_high"], strict=True))
    decimals = shared_decimals([one for one in limits if one[0] < one[1]], most=_MOST_DECIMALS)
    numbers = rows[["estimate", "conf_low", "conf_high"]].to_numpy(dtype=np.float64).tolist()
    return [write_interval(*row, decimals=decimals) for row in numbers]


def _about_threshold(curve: DoseResponse) -> str:
    place = curve.threshold
    if place is None:
        return ""
    if not place.searched:
        return f"The threshold is {value_of(curve, place.at)}."
    low, high = (value_of(curve, end) for end in (place.low, place.high))
    return f"The threshold is estimated at {value_of(curve, place.at)} (95% interval {low} to {high})."


def _about_tests(curve: DoseResponse) -> str:
    """Say the p-values of the shape that is drawn."""
    tests = curve.tests[curve.tests["shape"] == curve.shape]
    if not len(tests):
        tests = curve.tests[curve.tests["shape"].str.startswith("flat")]
    listed = [
        f"{null} {write_p_equation(p)}" for null, p in zip(tests["null"], tests["p_value"], strict=True)
    ]
    return sentences(f"Tests against: {join_words(listed)}.", curve.comparison)


def _about_truth(curve: DoseResponse) -> str:
    if "covered" not in curve.frame:
        return ""
    judged = curve.frame["covered"].dropna()
    held = f"{write_count(int(judged.sum()))} of {write_count(len(judged))}"
    what = "categories" if curve.shape == "categories" else "values"
    return f"The intervals hold the true difference at {held} {what}."
