"""Two-part regression on arrays: who has the condition, and how severe it is among those who have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from scipy.special import expit

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.fits.covariances import Covariance
from rlsstudy.estimate.fits.guards import checked_arrays
from rlsstudy.estimate.fits.linear import LinearFit, fit_linear
from rlsstudy.estimate.fits.logistic import LogisticFit, fit_logistic
from rlsstudy.estimate.fits.student import StudentFit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

Fit = TypeVar("Fit")

_PARTS = {
    "presence": "The first part, who has the condition among everybody",
    "severity": "The second part, severity among those who have the condition",
}
_NO_PENALTY = (
    " (The penalty is for fit_logistic alone: it draws mean risks, and so the combined mean, towards a half.)"
)


@dataclass(frozen=True, slots=True)
class PartsOfDifference:
    """An average difference, and what each part of the model adds to it.

    Parameters
    ----------
    total : float
        Difference of the mean outcome of everybody, those without the condition counting 0.
    presence : float
        What comes from more, or fewer, people having the condition.
    severity : float
        What comes from its being more, or less, severe. Both add up to the total.
    """

    total: float
    presence: float
    severity: float


@dataclass(frozen=True, slots=True, eq=False)
class TwoPartFit(StudentFit):
    """A two-part regression.

    Parameters
    ----------
    presence : LogisticFit
        The condition, among everybody: log odds ratios.
    severity : LinearFit
        The outcome, among those who have it: in the outcome's unit.
    coef : ndarray, shape (2p,)
        The coefficients of presence, then those of severity, each in column order.
    cov : ndarray, shape (2p, 2p)
        Their covariance matrix. Between the parts it is 0, see `fit_two_part`.
    std_error : ndarray, shape (2p,)
        Its diagonal, square root taken.
    df : ndarray, shape (2p,)
        Degrees of freedom of Student's t: infinite for presence.
    n, cases : int
        Participants, and those who have the condition.
    status : {"ok", "flagged"}
        Flagged when a part is.
    note : str
        Why, and which.
    """

    presence: LogisticFit
    severity: LinearFit
    cases: int

    @property
    def exact(self) -> bool:
        """Whether the severities are reproduced exactly, so that their standard errors are rounding noise."""
        return self.severity.exact

    def mean_gradient(self, X: ArrayLike) -> tuple[float, Floats]:
        """Return the mean outcome of everybody, averaged over the rows of X, and its derivative.

        Parameters
        ----------
        X : array, shape (m, p)
            A design with the columns of the fit, in its units.

        Returns
        -------
        float, ndarray of shape (2p,)
            Risk times severity, those without the condition counting 0, and its derivative by the
            coefficients of both parts.
        """
        design = np.asarray(X, dtype=np.float64)
        risk, severity = self._predicted(design)
        by_presence = (risk * (1 - risk) * severity) @ design
        return float(risk @ severity) / len(design), np.r_[by_presence, risk @ design] / len(design)

    def average_parts(self, X_high: ArrayLike, X_low: ArrayLike) -> PartsOfDifference:
        """Return the average difference between two designs, split into presence and severity.

        For each participant the difference of the products, ``risk * severity``, is the difference of
        the risks times the mean severity, plus the difference of the severities times the mean risk [1]_.

        Parameters
        ----------
        X_high, X_low : array, shape (m, p)
            Designs of the same participants, with the columns of the fit.

        References
        ----------
        .. [1] Kitagawa EM (1955). Components of a difference between two rates. Journal of the
           American Statistical Association 50, 1168-1194.
        """
        high, low = (np.asarray(X, dtype=np.float64) for X in (X_high, X_low))
        if high.shape != low.shape:
            raise EstimationError(
                f"X_high has shape {high.shape} and X_low {low.shape}. "
                "Allowed: one shape, the same participants in the same order."
            )
        (risk_high, severity_high), (risk_low, severity_low) = self._predicted(high), self._predicted(low)
        presence = float(np.mean((risk_high - risk_low) * (severity_high + severity_low) / 2))
        severity = float(np.mean((severity_high - severity_low) * (risk_high + risk_low) / 2))
        return PartsOfDifference(presence + severity, presence, severity)

    def _predicted(self, design: Floats) -> tuple[Floats, Floats]:
        return expit(design @ self.presence.coef), design @ self.severity.coef


def fit_two_part(
    X: ArrayLike,
    y: ArrayLike,
    *,
    present: ArrayLike,
    names: Sequence[str] | None = None,
    covariance: Covariance = "HC3",
) -> TwoPartFit:
    """Fit who has a condition by logistic regression, and its severity among them by least squares [1]_.

    The mean outcome of everybody is risk times severity, where those without the condition count 0. The
    covariance between the parts is 0: whatever decided who has the condition, the residuals of severity
    have mean 0 among those who have it, at all values of the columns [2]_. Where severity is not a straight line
    in the columns, this is an approximation.

    Parameters
    ----------
    X : array, shape (n, p)
        The design of everybody. The caller gives the intercept as a column of ones; none is added.
    y : array, shape (n,)
        The severity of those who have the condition, at least 0. For others it is not read, and may be missing.
    present : array, shape (n,)
        1 for those who have the condition and 0 for others; or true and false.
    names : sequence of str, optional
        Names of the columns, for messages.
    covariance : {"HC3", "HC4", "HC2", "HC1", "HC0", "classical"}
        Of the severities, as in `fit_linear`. That of presence is the inverse information.

    Returns
    -------
    TwoPartFit
        Both fits, and the coefficients of both in one row.

    Raises
    ------
    EstimationError
        Negative severities, and all that `fit_logistic` refuses about presence, and `fit_linear` about
        severity, each said of its part.

    References
    ----------
    .. [1] Duan N, Manning WG, Morris CN, Newhouse JP (1983). A comparison of alternative models for the
       demand for medical care. Journal of Business & Economic Statistics 1, 115-126.
    .. [2] Belotti F, Deb P, Manning WG, Norton EC (2015). twopm: two-part models. The Stata Journal 15,
       3-20.

    Examples
    --------
    Ten of 40 unexposed have the condition, with severities of 9 and 11, and 20 of 40 exposed, with 14 and 16:

    >>> import numpy as np
    >>> exposed, present = np.repeat([0, 1], 40), np.repeat([1, 0, 1, 0], [10, 30, 20, 20])
    >>> X = np.column_stack([np.ones(80), exposed])
    >>> y = np.where(present, 10 + 5 * exposed + np.tile([-1, 1], 40), np.nan)
    >>> fit = fit_two_part(X, y, present=present)
    >>> parts = fit.average_parts(X * [1, 0] + [0, 1], X * [1, 0])
    >>> round(parts.total, 6), round(parts.presence, 6), round(parts.severity, 6)
    (5.0, 3.125, 1.875)
    """
    has = _checked_presence(present, y)
    design, severity = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    checked_arrays(design, np.where(has, severity, 0.0), names)
    if (severity[has] < 0).any():
        raise EstimationError(
            f"{(severity[has] < 0).sum()} of {has.sum()} severities are negative, and those without the condition count 0. "
            "Allowed: severities of at least 0."
        )
    first = _part("presence", lambda: fit_logistic(design, has, names=names))
    second = _part(
        "severity", lambda: fit_linear(design[has], severity[has], covariance=covariance, names=names)
    )
    return _assembled(first, second)


def _checked_presence(present: ArrayLike, y: ArrayLike) -> NDArray[np.bool_]:
    """Return who has the condition, or say what is wrong with the coding."""
    given = np.asarray(present)
    if given.shape != np.shape(y) or given.ndim != 1:
        raise EstimationError(
            f"present has shape {given.shape} and y {np.shape(y)}. "
            "Allowed: one value for each participant, in the same order."
        )
    if given.dtype.kind not in "biuf" or not np.isin(given, (0, 1)).all():
        raise EstimationError(
            "present has values other than 0 and 1, or missing ones. Code those who have the condition as 1 and others "
            "as 0, and take those of whom it is not known out, and count them, before the fit."
        )
    return given.astype(bool)


def _part(name: str, fit: Callable[[], Fit]) -> Fit:
    """Fit a part, and say of which part a refusal speaks."""
    try:
        return fit()
    except EstimationError as error:
        advice = _NO_PENALTY if "penalty" in str(error) else ""
        raise EstimationError(f"{_PARTS[name]}: {error}{advice}") from None


def _assembled(presence: LogisticFit, severity: LinearFit) -> TwoPartFit:
    """Put the coefficients of both parts in one row."""
    p = len(presence.coef)
    cov = np.zeros((2 * p, 2 * p))
    cov[:p, :p], cov[p:, p:] = presence.cov, severity.cov
    notes = [
        f"{part}: {fit.note}" for part, fit in (("presence", presence), ("severity", severity)) if fit.note
    ]
    return TwoPartFit(
        presence=presence,
        severity=severity,
        coef=np.r_[presence.coef, severity.coef],
        cov=cov,
        std_error=np.sqrt(np.diag(cov)),
        df=np.r_[np.full(p, presence.df), np.broadcast_to(severity.df, p)],
        n=presence.n,
        cases=severity.n,
        status="flagged" if notes else "ok",
        note="; ".join(notes),
    )
