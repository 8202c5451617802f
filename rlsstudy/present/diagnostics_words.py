"""What the pictures of a diagnosis show, in sentences; every number is computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rlsstudy.present.effect_rows import ADJUSTMENTS
from rlsstudy.present.effect_sentences import sentences
from rlsstudy.present.numbers import decimals_for, write_number, write_range
from rlsstudy.present.wording import SYNTHETIC, join_words
from rlsstudy.problems import counted

if TYPE_CHECKING:
    import pandas as pd

    from rlsstudy.estimate.diagnose.diagnosis import Diagnosis

MODELS = {
    "linear": "linear model",
    "ordinal": "proportional-odds model",
    "ordinal_bands": "proportional-odds model of bands",
    "logistic": "logistic model",
    "mixed": "mixed model",
}
VERDICTS = {"serious": "Serious", "look": "To look at", "not made": "Not made"}
_MOST = 6  # more names than this make a list that nobody reads


def describe_caption(diagnosis: Diagnosis, shown: Sequence[str] = ()) -> str:
    """Say of whom a diagnosis is, what the checks say, and what the marks of its pictures are, if any are shown."""
    left_out = f" ({counted(diagnosis.n_dropped, 'other')} left out)" if diagnosis.n_dropped else ""
    marks = ""
    if diagnosis.synthetic and "residuals" in shown and "points" in diagnosis.data:
        marks = "Grey points are single simulated participants."
    elif shown and not diagnosis.synthetic:
        marks = "Every mark stands for ten participants or more."
    return sentences(
        f"Diagnostics of the {_about(diagnosis)}, {ADJUSTMENTS[diagnosis.adjustment].lower()}, in "
        f"{counted(diagnosis.n_used, 'participant')}{left_out}.",
        *describe_verdicts(diagnosis),
        SYNTHETIC if diagnosis.synthetic else "",
        marks,
    )


def describe_alt(diagnosis: Diagnosis, shown: Sequence[str]) -> str:
    """Say what there is to see in each picture, with the numbers."""
    return sentences(
        f"{counted(len(shown), 'picture')} of the {_about(diagnosis)}, in "
        f"{counted(diagnosis.n_used, 'participant')}.",
        SYNTHETIC if diagnosis.synthetic else "",
        *(_ABOUT[name](diagnosis) for name in shown),
        *describe_verdicts(diagnosis),
    )


def describe_verdicts(diagnosis: Diagnosis) -> list[str]:
    """Say how many checks are fine, and name the others."""
    verdicts = diagnosis.checks["verdict"]
    fine = int((verdicts == "fine").sum())
    lines = [f"{fine} of {counted(len(verdicts), 'check')} {'is' if fine == 1 else 'are'} fine."]
    for verdict, said in VERDICTS.items():
        rows = diagnosis.checks[verdicts == verdict]
        names = [f"{row.check} ({row.about})" for row in rows.itertuples()]
        if len(names) > _MOST:
            names = [*names[: _MOST - 1], f"{len(names) - _MOST + 1} more"]
        if names:
            lines.append(f"{said}: {join_words(names)}.")
    return lines


def _about(diagnosis: Diagnosis) -> str:
    return f"{MODELS[diagnosis.model]} of {diagnosis.outcome.label} by {diagnosis.factor.label}"


def _span(values: pd.Series) -> str:
    low, high = float(values.min()), float(values.max())
    return write_range(low, high, decimals_for(max(abs(low), abs(high))))


def _residuals(diagnosis: Diagnosis) -> str:
    bins = diagnosis.data["residuals"]
    return (
        f"Residuals along the prediction: means of {counted(len(bins), 'group')} from {_span(bins['mean'])}, standard "
        f"deviations from {_span(bins['sd'])}."
    )


def _scale(diagnosis: Diagnosis) -> str:
    root = diagnosis.data["residuals"]["root"]
    return f"Scatter along the prediction: the mean root of the residuals' size goes from {_span(root)}."


def _quantiles(diagnosis: Diagnosis) -> str:
    return f"Residuals beside the normal distribution: {_furthest(diagnosis.data['quantiles'])}."


def _random_effects(diagnosis: Diagnosis) -> str:
    return f"Participants' own levels beside the normal distribution: {_furthest(diagnosis.data['random_effects'])}."


def _furthest(frame: pd.DataFrame) -> str:
    apart = float((frame["observed"] - frame["expected"]).abs().max())
    return f"{counted(len(frame), 'point')}, the furthest from the line by {write_number(apart, 1)} standard deviations"


def _influence(diagnosis: Diagnosis) -> str:
    bars = diagnosis.data["influence"]
    held = bars[bars["n"] > 0]
    return (
        f"Influence of single participants on the factor's coefficient: from {write_number(held['low'].min(), 2)} to "
        f"{write_number(held['high'].max(), 2)} standard errors."
    )


def _shape(diagnosis: Diagnosis) -> str:
    frame = diagnosis.data["shape"]
    apart = float((frame["curve"] - frame["straight"]).abs().max())
    unit = f" {diagnosis.outcome.unit}" if diagnosis.outcome.unit else ""
    return (
        f"Shape of the factor's effect: the curve leaves the straight line by at most "
        f"{write_number(apart, decimals_for(apart))}{unit}."
    )


def _cuts(diagnosis: Diagnosis) -> str:
    frame = diagnosis.data["cuts"]
    parts = [
        f"{contrast} from {_span(rows['estimate'])}, common {write_number(rows['common'].iloc[0], 2)}"
        for contrast, rows in frame.groupby("contrast", sort=False)
    ]
    return f"Log odds ratios at {counted(frame['cut'].nunique(), 'cut')}: {'; '.join(parts)}."


def _calibration(diagnosis: Diagnosis) -> str:
    frame = diagnosis.data["calibration"]
    apart = float((frame["observed"] - frame["predicted"]).abs().max())
    return (
        f"Calibration: {counted(len(frame), 'group')}, predicted probabilities from {_span(frame['predicted'])}, the "
        f"observed share furthest from them by {write_number(apart, 2)}."
    )


def _visits(diagnosis: Diagnosis) -> str:
    frame = diagnosis.data["visits"]
    sds = zip(frame["visit"], frame["sd"].astype(float), strict=True)
    listed = [f"{visit} {write_number(sd, decimals_for(sd))}" for visit, sd in sds]
    return f"Residuals at each visit: standard deviations {join_words(listed)}."


_ABOUT: dict[str, Callable[[Diagnosis], str]] = {
    "shape": _shape,
    "cuts": _cuts,
    "calibration": _calibration,
    "residuals": _residuals,
    "scale": _scale,
    "quantiles": _quantiles,
    "random_effects": _random_effects,
    "visits": _visits,
    "influence": _influence,
}
