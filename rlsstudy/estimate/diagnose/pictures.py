"""The numbers behind the pictures, gathered so that no single participant of a real cohort can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.contrasts import size_of
from rlsstudy.estimate.diagnose.checks_ordinal import contrast_at
from rlsstudy.estimate.diagnose.predictions import by_group, groups_of
from rlsstudy.estimate.fits.guards import MIN_LEVEL_SIZE
from rlsstudy.estimate.fits.linear import fit_linear
from rlsstudy.estimate.fits.splines import default_knots, restricted_cubic_basis
from rlsstudy.estimate.shape.units import natural
from rlsstudy.problems import plain_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.diagnose.checks_logistic import Calibration
    from rlsstudy.estimate.diagnose.checks_ordinal import Cuts
    from rlsstudy.estimate.diagnose.checks_terms import Curves
    from rlsstudy.estimate.diagnose.examined import Examined
    from rlsstudy.estimate.diagnose.predictions import Predictions

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

_BINS = 20
_SMOOTH = 50
_SHOWN = (0.02, 0.98)
_POINTS = 600  # of a synthetic cohort: more would be a cloud
_TAIL, _MIDDLE = 15, 70
_QUANTILE_GROUPS = 60
_BARS = 30
_Z = 1.96


def residual_bins(predictions: Predictions) -> pd.DataFrame:
    """Return mean and standard deviation of the residuals, and the mean root of their size, in bins by the prediction."""
    groups = groups_of(predictions.along, _BINS)
    mean, sd, n = by_group(groups, predictions.residual)
    root = by_group(groups, np.sqrt(np.abs(predictions.standardised)))[0]
    fitted = by_group(groups, predictions.along)[0]
    return pd.DataFrame({"fitted": fitted, "mean": mean, "sd": sd, "root": root, "n": n})


def residual_smooth(predictions: Predictions) -> pd.DataFrame:
    """Return a smooth line of the residuals along the prediction; empty where there are too few different ones."""
    try:
        knots = default_knots(predictions.along)
        basis = np.column_stack(
            [np.ones(len(predictions.fitted)), restricted_cubic_basis(predictions.along, knots)]
        )
        fit = fit_linear(basis, predictions.residual)
    except EstimationError:
        return pd.DataFrame({"fitted": [], "mean": []}, dtype=np.float64)
    low, high = (float(np.quantile(predictions.along, share)) for share in _SHOWN)
    grid = np.linspace(low, high, _SMOOTH)
    smooth = np.column_stack([np.ones(_SMOOTH), restricted_cubic_basis(grid, knots)]) @ fit.coef
    return pd.DataFrame({"fitted": grid, "mean": smooth})


def residual_points(predictions: Predictions) -> pd.DataFrame:
    """Return single points, at most 600 of them, evenly through the rows; for synthetic cohorts alone."""
    rows = np.unique(np.linspace(0, len(predictions.fitted) - 1, _POINTS).astype(np.intp))
    return pd.DataFrame({"fitted": predictions.along[rows], "residual": predictions.residual[rows]})


def normal_quantiles(values: Floats, single: bool) -> pd.DataFrame:
    """Return standardised values beside those of a normal distribution.

    Parameters
    ----------
    values : ndarray, shape (n,)
        The values.
    single : bool
        Whether single values may be shown: all of the tails, and some between. Otherwise each row is the mean of ten
        neighbours or more.
    """
    n, sd = len(values), values.std()
    observed = np.sort(values - values.mean()) / (sd if sd > 0 else 1.0)
    expected = ndtri((np.arange(1, n + 1) - 0.5) / n)
    if single:
        tails = np.concatenate([np.arange(_TAIL), np.linspace(0, n - 1, _MIDDLE), np.arange(n - _TAIL, n)])
        rows = np.unique(np.clip(tails, 0, n - 1).astype(np.intp))
        return pd.DataFrame({"expected": expected[rows], "observed": observed[rows]})
    groups = np.minimum(np.arange(n) // _group_size(n), max(n // _group_size(n) - 1, 0))
    counts = np.bincount(groups)
    means = (np.bincount(groups, numbers) / counts for numbers in (expected, observed))
    return pd.DataFrame(dict(zip(("expected", "observed"), means, strict=True)))


def _group_size(n: int) -> int:
    return max(MIN_LEVEL_SIZE, n // _QUANTILE_GROUPS)


def influence_bars(dfbetas: Floats, single: bool) -> pd.DataFrame:
    """Return how many participants move the factor's column by how much; without single ones at least 10 in each bar.

    Parameters
    ----------
    dfbetas : ndarray, shape (n_participants, n_factor_columns)
        How far each participant moves each column; the column that is moved furthest is shown.
    single : bool
        Whether bars of single participants may be shown.
    """
    moved = dfbetas[:, int(np.abs(dfbetas).max(axis=0).argmax())]
    step = _round_step(float(np.ptp(moved)) / _BARS)
    edges = step * np.arange(np.floor(moved.min() / step), np.ceil(moved.max() / step) + 1)
    counts = np.histogram(moved, edges)[0]
    if single:
        return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "n": counts})
    kept, held = [0], 0
    for place in range(len(counts)):
        held += int(counts[place])
        rest = int(counts[place + 1 :].sum())
        if held >= MIN_LEVEL_SIZE and (rest >= MIN_LEVEL_SIZE or rest == 0):
            kept.append(place + 1)
            held = 0
    kept[-1] = len(counts)
    sums = np.add.reduceat(counts, kept[:-1])
    return pd.DataFrame({"low": edges[kept[:-1]], "high": edges[kept[1:]], "n": sums})


def _round_step(width: float) -> float:
    """Return 1, 2 or 5 times a power of ten, at least a width, so that no end of a bar is anybody's number."""
    power = 10.0 ** np.floor(np.log10(width))
    return float(next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= width * (1 - 1e-9)))


def factor_shape(examined: Examined, curves: Curves) -> pd.DataFrame:
    """Return the factor's straight line and its curve, as differences about their means, in the factor's unit."""
    value = natural(examined.factor, curves.value)
    return pd.DataFrame({"value": value, "straight": curves.straight, "curve": curves.curve})


def cut_effects(examined: Examined, cuts: Cuts) -> pd.DataFrame:
    """Return for each contrast and cut its own log odds ratio with its interval, the common one, and points."""
    rows = []
    for place in range(examined.n_factor):
        contrast = contrast_at(examined, place)
        if contrast is None:
            continue
        size = size_of(examined.factor, contrast)
        common, points = float(size * examined.fit.coef[place]), size * cuts.per_logit
        for above, fit in zip(cuts.above, cuts.fits, strict=True):
            own = (np.nan,) * 4
            if fit is not None:
                low, high = sorted(size * fit.conf_int()[place + 1])
                own = (size * fit.coef[place + 1], low, high, points * fit.coef[place + 1])
            name = examined.bands[int(above)] if examined.bands else plain_number(above)
            rows.append((contrast.label, float(above), name, *(float(number) for number in own), common))
    return pd.DataFrame(
        rows, columns=["contrast", "cut", "name", "estimate", "low", "high", "points", "common"]
    )


def calibration_groups(calibration: Calibration) -> pd.DataFrame:
    """Return predicted and observed shares with Wilson's intervals."""
    n, share = calibration.counts, calibration.observed
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    columns = {
        "predicted": calibration.predicted,
        "observed": share,
        "low": centre - half,
        "high": centre + half,
    }
    return pd.DataFrame({**columns, "n": n})
