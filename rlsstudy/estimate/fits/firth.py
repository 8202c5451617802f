"""Logistic regression by Firth's penalised likelihood, with its profile intervals and tests.

Half the logarithm of the information's determinant is added to the log-likelihood [1]_. That takes
the first-order bias out of the estimates and keeps them finite under separation [2]_. A Wald
interval is too short there, on the side to which the likelihood falls slowly, so intervals and tests
come from the profile of the penalised likelihood.

References
----------
.. [1] Firth D (1993). Bias reduction of maximum likelihood estimates. Biometrika 80, 27-38.
.. [2] Heinze G, Schemper M (2002). A solution to the problem of separation in logistic regression.
   Statistics in Medicine 21, 2409-2419.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import LinAlgError, null_space
from scipy.special import expit, ndtr, ndtri

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.logistic_likelihood import Optimum, log_likelihood

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_ITERATIONS = 500  # convergence is linear, slowest where a participant decides much alone
_SMALL_STEP = 1e-9  # change of anybody's linear predictor at which the place of a maximum is reached
_SMALL_STEP_OF_PROFILE = 1e-5  # the same for its value, whose error is of the order of the square
_SAFE_STEP = 0.5  # a change of the linear predictor too small to overshoot
_LARGEST_STEP = 5.0  # of a linear predictor, so that a flat start does not throw it away
_HALVINGS = 30
_PROFILE_STEPS = 60
_CLOSE = 1e-4  # in the signed root of the likelihood ratio; the last step leaves some 1e-8
_BRACKET = 1e-7  # relative length below which nothing more is found


@dataclass(frozen=True, slots=True, eq=False)
class FirthProfile:
    """A penalised fit with what its profiles need.

    Parameters
    ----------
    A : ndarray, shape (n, p)
        Scaled columns.
    y : ndarray, shape (n,)
        The outcome, 0 or 1.
    back : ndarray, shape (p, p)
        What turns coefficients of scaled columns into the caller's.
    maximum : Optimum
        The fit.
    std_error : ndarray, shape (p,)
        Standard errors in the caller's units, the first guess of half an interval's length.
    """

    A: Floats
    y: Floats
    back: Floats
    maximum: Optimum
    std_error: Floats

    def intervals(self, level: float = 0.95) -> Floats:
        """Return all profile intervals, shape (p, 2); each end is a search of its own."""
        return np.array([self.interval(j, level) for j in range(len(self.back))])

    def interval(self, column: int, level: float = 0.95) -> tuple[float, float]:
        """Return the profile interval of one coefficient, in the caller's units.

        An end is infinite where the penalised likelihood falls so slowly that the information vanishes first.
        """
        line, z = _Line.of(self, column), float(ndtri(0.5 + level / 2))
        return line.end(-z), line.end(z)

    def p_values(self) -> Floats:
        """Return p-values of penalised likelihood ratio tests that a coefficient is 0, shape (p,)."""
        return np.array([self.p_value(j) for j in range(len(self.back))])

    def p_value(self, column: int, value: float = 0.0) -> float:
        """Return the p-value of the penalised likelihood ratio test that a coefficient has a value.

        It is below 1 minus the level where the profile interval of that level does not hold the value.
        """
        root = _Line.of(self, column).root(value, None)[0]
        return float(2 * ndtr(-abs(root)))


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """The profile of one coefficient: its column, and those over which the likelihood is maximised."""

    problem: FirthProfile
    column: Floats
    others: Floats
    estimate: float
    std_error: float
    height: float

    @classmethod
    def of(cls, problem: FirthProfile, j: int) -> _Line:
        """Turn the scaled columns so that the caller's coefficient ``j`` is one of the coordinates."""
        contrast = problem.back[j]
        column = problem.A @ (contrast / (contrast @ contrast))
        others = problem.A @ null_space(contrast[None])
        estimate = float(contrast @ problem.maximum.coef)
        height = penalised(problem.A, problem.y, problem.maximum.eta)
        return cls(problem, column, others, estimate, float(problem.std_error[j]), height)

    def root(self, value: float, start: Floats | None) -> tuple[float, float, Floats]:
        """Return the signed root of the likelihood ratio at a value, its slope, and the others' coefficients."""
        fixed = value * self.column
        if start is None:
            rest = self.problem.maximum.eta - fixed
            start = np.asarray(np.linalg.pinv(self.others) @ rest)
        try:
            best = maximise(self.others, self.problem.y, start, fixed=fixed, everything=self.problem.A)
        except LinAlgError:  # no information is left, so the penalised likelihood is 0
            return float(np.copysign(np.inf, value - self.estimate)), 0.0, start
        drop = max(2 * (self.height - penalised(self.problem.A, self.problem.y, best.eta)), 0.0)
        root = float(np.copysign(np.sqrt(drop), value - self.estimate))
        slope = -float(self.column @ _score(self.problem.A, self.problem.y, best.eta)[0])
        return root, slope / root if root else 1 / self.std_error, best.coef

    def end(self, target: float) -> float:
        """Return the value at which the signed root is the target: Newton's steps inside a bracket.

        It is infinite where the information vanishes before the likelihood has fallen that far.
        """
        nowhere = float(np.copysign(np.inf, target))
        near, far, vanished = self.estimate, nowhere, False
        value = self.estimate + target * self.std_error
        start: Floats | None = None
        for _ in range(_PROFILE_STEPS):
            root, slope, start = self.root(value, start)
            if abs(root - target) < _CLOSE:
                return value + (target - root) / slope
            if abs(root) < abs(target):
                near = value
            else:
                far, vanished = value, np.isinf(root)
            if abs(far - near) <= _BRACKET * abs(near - self.estimate):
                return nowhere if vanished else value
            value = self._next(value, (target - root) / slope if slope > 0 else np.inf, near, far)
        raise EstimationError(
            "The end of a profile interval was not found within "
            f"{_PROFILE_STEPS} steps. Leave out columns that few participants decide."
        )

    def _next(self, value: float, step: float, near: float, far: float) -> float:
        """Take Newton's step, or where it leaves the bracket halve that, or double the distance."""
        moved = value + step
        if (
            min(near, far) < moved < max(near, far)
            and abs(step) < 4 * abs(near - self.estimate) + self.std_error
        ):
            return moved
        if np.isinf(far):
            return self.estimate + 2 * (near - self.estimate)
        return (near + far) / 2


def fit_penalised(A: Floats, y: Floats, start: Floats) -> Optimum:
    """Return the maximum of the penalised likelihood over all columns, or say that there is none to be found."""
    try:
        return maximise(A, y, start)
    except LinAlgError:
        raise EstimationError(
            "The penalised likelihood is too flat for the precision of the computer. "
            "Leave out columns that few participants decide."
        ) from None


def maximise(
    A: Floats, y: Floats, start: Floats, *, fixed: Floats | float = 0.0, everything: Floats | None = None
) -> Optimum:
    """Maximise the penalised likelihood over some columns, others being held.

    Parameters
    ----------
    A : ndarray, shape (n, q)
        Columns of the coefficients that are free.
    y : ndarray, shape (n,)
        The outcome, 0 or 1.
    start : ndarray, shape (q,)
        Where the search begins.
    fixed : ndarray, shape (n,), optional
        The part of the linear predictor that is held. The value of the maximum is then all that
        counts, and it needs fewer steps than its place.
    everything : ndarray, shape (n, p), optional
        All columns, whose information is the penalty; by default those of ``A``.

    Returns
    -------
    Optimum
        Coefficients and linear predictor.

    Raises
    ------
    EstimationError
        No maximum was reached.
    LinAlgError
        The information is singular to the precision of the computer.
    """
    design, coef = (A, start) if everything is None else (everything, start)
    eta, enough = A @ coef + fixed, _SMALL_STEP if everything is None else _SMALL_STEP_OF_PROFILE
    for iteration in range(1, _ITERATIONS + 1):
        score, weights = _score(design, y, eta)
        step = np.linalg.solve((A * weights[:, None]).T @ A, A.T @ score)
        change = A @ step
        largest = float(np.abs(change).max(initial=0.0))
        share = 1.0 if largest < _SAFE_STEP else _share(design, y, eta, change)
        coef, eta = coef + share * step, eta + share * change
        if largest < enough:
            return Optimum(coef, eta, iteration)
    raise EstimationError(
        f"The penalised likelihood reached no maximum within {_ITERATIONS} steps. "
        "Leave out columns that few participants decide."
    )


def _share(A: Floats, y: Floats, eta: Floats, change: Floats) -> float:
    """Return how much of a large step to take: no more than a limit, and halved until the likelihood rises."""
    before, share = penalised(A, y, eta), min(1.0, _LARGEST_STEP / float(np.abs(change).max()))
    for _ in range(_HALVINGS):
        if penalised(A, y, eta + share * change) >= before:
            break
        share /= 2
    return share


def penalised(A: Floats, y: Floats, eta: Floats) -> float:
    """Return the log-likelihood plus half the logarithm of the information's determinant."""
    sign, determinant = np.linalg.slogdet((A * (expit(eta) * expit(-eta))[:, None]).T @ A)
    return log_likelihood(y, eta) + float(determinant) / 2 if sign > 0 else -np.inf


def _score(A: Floats, y: Floats, eta: Floats) -> tuple[Floats, Floats]:
    """Return each participant's part in the modified score, and the weights of an approximate curvature."""
    risk, weights = expit(eta), expit(eta) * expit(-eta)
    root = A * np.sqrt(weights)[:, None]
    leverage = np.einsum("ij,ij->i", root @ np.linalg.inv(root.T @ root), root)
    return y - risk + leverage * (0.5 - risk), weights * (1 + leverage)
