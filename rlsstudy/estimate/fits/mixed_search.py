"""The covariance of the random effects that makes the criterion smallest, boundary included.

D is written as the square of a lower-triangular factor, D = LL', and the elements of the factor are
moved by Newton steps. The criterion does not change when a column of the factor changes its sign, so
that a variance of 0 is an inner point of the search, and no bounds are needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import EstimationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.estimate.fits.mixed_profile import Point, Profile

    Floats = NDArray[np.float64]

_START_VARIANCES = np.array([0.0, 0.06, 0.25, 1.0, 4.0, 20.0, 200.0, 5000.0])
_START_SLOPES = np.array([0.003, 0.05, 0.4, 3.0])  # variance of slopes over that of intercepts, time scaled
_BESIDE_ZERO = 0.1
_CONVERGED = 1e-12  # the fall of the criterion that one more step promises
_GOOD_ENOUGH = 1e-7  # the same, where rounding hides a smaller one
_MAX_STEPS = 100
_LONGEST_STEP = 2.0  # over the factor's length, or 1
_SHORTEST = 1e-6  # share of a step below which nothing is gained
_ENOUGH = 1e-4  # share of the promised fall that a step must bring
_FLATTEST = 1e-8  # curvature, over the largest, that a step still divides by
_LARGEST = 1e5  # element of the factor beyond which residuals are rounding
_NO_WORSE = 1e-9  # rise of the criterion at which a boundary is taken for the optimum
_SINGULAR = 1e-4  # element of the factor that may be 0; lme4 uses the same
_DOWNHILL = 1e-6  # negative curvature, over the degrees of freedom, that is not rounding

NO_RESIDUAL = (
    "The outcome is reproduced exactly by the columns, or by them and the participants' own intercepts and slopes, "
    "so there is no residual variance. Check that the outcome is not computed from the columns."
)
NO_MAXIMUM = (
    "The variances of the random effects cannot be found: the likelihood has no clear maximum. "
    "Take fewer columns, or a random intercept alone."
)


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """Where the criterion is smallest.

    Parameters
    ----------
    factor : ndarray, shape (k,)
        Elements of the lower-triangular factor, row by row.
    D : ndarray, shape (q, q)
        The covariance of the random effects over the residual variance.
    point : Point
        The criterion there.
    """

    factor: Floats
    D: Floats
    point: Point

    @property
    def rank(self) -> int:
        """How many random effects vary, taken together: less than there are on the boundary."""
        diagonal = self.factor[[0]] if len(self.factor) == 1 else self.factor[[0, 2]]
        return int(np.any(self.factor != 0)) if np.any(diagonal == 0) else len(diagonal)


def find_optimum(profile: Profile) -> Optimum:
    """Minimise the criterion, which may have more than one valley, from the best of a few starts in each."""
    try:
        found = min((_descend(profile, start) for start in _starts(profile)), key=lambda end: end.point.value)
        if np.linalg.eigvalsh(factor_hessian(found.factor, found.point))[0] < -_DOWNHILL * profile.df:
            found = _descend(profile, found.factor + _BESIDE_ZERO)
        return _at_boundary(profile, found)
    except np.linalg.LinAlgError:
        raise EstimationError(NO_MAXIMUM) from None


def covariance_of(factor: Floats) -> Floats:
    """Return D of a factor."""
    L = _triangle(factor)
    return np.asarray(L @ L.T)


def moved_factor(back: Floats, factor: Floats) -> Floats:
    """Return the factor of the random effects in other units, its diagonal not negative."""
    R = np.linalg.qr((back @ _triangle(factor)).T).R
    L = R.T * np.where(np.diag(R) < 0, -1, 1)
    return np.asarray(L[np.tril_indices(len(L))])


def factor_jacobian(factor: Floats) -> Floats:
    """Return the derivative of the distinct elements of D by those of the factor."""
    if len(factor) == 1:
        return np.array([[2 * factor[0]]])
    a, b, c = factor
    return np.array([[2 * a, 0, 0], [b, a, 0], [0, 2 * b, 2 * c]])


def factor_hessian(factor: Floats, point: Point) -> Floats:
    """Return the second derivative of the criterion by the factor."""
    J, k = factor_jacobian(factor), len(factor)
    bend = point.gradient @ _BENDS[k].reshape(k, k * k)
    return np.asarray(J.T @ point.hessian @ J + bend.reshape(k, k))


# The second derivative of each distinct element of D by those of the factor.
_BENDS = {1: np.full((1, 1, 1), 2.0), 3: np.zeros((3, 3, 3))}
_BENDS[3][0, 0, 0] = 2
_BENDS[3][1, 0, 1] = _BENDS[3][1, 1, 0] = 1
_BENDS[3][2, 1, 1] = _BENDS[3][2, 2, 2] = 2


def _triangle(factor: Floats) -> Floats:
    if len(factor) == 1:
        return factor[:, None]
    return np.array([[factor[0], 0], [factor[1], factor[2]]])


def _starts(profile: Profile) -> list[Floats]:
    """Return the factor of the best of a few variances, for slopes that vary little and much apart."""
    n = len(_START_VARIANCES)
    if profile.q == 1:
        best = np.sqrt(_START_VARIANCES[[np.argmin(profile.values(_START_VARIANCES[:, None, None]))]])
        # The criterion is level at 0, so that a start there could not leave.
        return [np.maximum(best, _BESIDE_ZERO)]
    grid = np.zeros((len(_START_SLOPES), n, 2, 2))
    grid[:, :, 0, 0] = np.maximum(_START_VARIANCES, _BESIDE_ZERO**2)
    grid[:, :, 1, 1] = np.multiply.outer(_START_SLOPES, grid[0, :, 0, 0])
    little, much = np.split(profile.values(grid.reshape(-1, 2, 2)), 2)
    starts = [np.argmin(little), len(little) + np.argmin(much)]
    return [np.sqrt(grid.reshape(-1, 4)[start, [0, 1, 3]]) for start in starts]


def _descend(profile: Profile, factor: Floats) -> Optimum:
    """Take Newton steps, shortened until the criterion does not rise."""
    current = _evaluated(profile, factor)
    for _ in range(_MAX_STEPS):
        step, promise = _newton_step(current)
        if promise < _CONVERGED:
            return current
        size, moved = 1.0, _evaluated(profile, current.factor + step)
        while moved.point.value > current.point.value - _ENOUGH * size * promise:
            size /= 4
            if size < _SHORTEST:
                return _accepted(current, promise)
            moved = _evaluated(profile, current.factor + size * step)
        current = moved
        if np.abs(current.factor).max() > _LARGEST:
            raise EstimationError(NO_RESIDUAL)
    return _accepted(current, promise)


def _accepted(current: Optimum, promise: float) -> Optimum:
    if promise < _GOOD_ENOUGH:
        return current
    raise EstimationError(NO_MAXIMUM)


def _newton_step(current: Optimum) -> tuple[Floats, float]:
    """Return a step downhill, and the fall of the criterion that it promises."""
    gradient = factor_jacobian(current.factor).T @ current.point.gradient
    values, vectors = np.linalg.eigh(factor_hessian(current.factor, current.point))
    curvature = np.abs(values)
    curvature = np.maximum(curvature, _FLATTEST * max(curvature.max(), 1.0))
    along = vectors.T @ gradient
    step = -vectors @ (along / curvature)
    longest = _LONGEST_STEP * max(1.0, float(np.linalg.norm(current.factor)))
    return step * min(1.0, longest / max(float(np.linalg.norm(step)), longest)), float(
        along @ (along / curvature)
    )


def _evaluated(profile: Profile, factor: Floats) -> Optimum:
    D = covariance_of(factor)
    return Optimum(factor, D, profile.at(D))


def _at_boundary(profile: Profile, found: Optimum) -> Optimum:
    """Return the singular covariance beside the optimum where the criterion is as small there."""
    small = np.abs(found.factor) < _SINGULAR * max(1.0, float(np.abs(found.factor).max()))
    if small.all():
        candidates = np.zeros_like(found.factor)
    elif len(small) == 3 and small[2]:
        candidates = np.append(found.factor[:2], 0.0)
    elif len(small) == 3 and small[0]:
        candidates = np.array([0.0, 0.0, np.hypot(*found.factor[1:])])
    else:
        return found
    singular = _evaluated(profile, candidates)
    return singular if singular.point.value <= found.point.value + _NO_WORSE else found
