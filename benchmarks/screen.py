"""Time the factor screen beside statsmodels: 40 factors, 4 nested adjustment sets, HC3 errors.

    OPENBLAS_NUM_THREADS=1 python benchmarks/screen.py --sizes 2000 100000 --repeats 3

Every contender fits the same 160 models in one process, in turns, and the best processor time of
the repeats counts. What may be quoted is the ratio within one run, not the seconds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator

import numpy as np
import statsmodels.api as sm
from numpy.linalg import inv, qr
from numpy.typing import NDArray

from rlsstudy.estimate import ScreenDesign, fit_linear, screen_linear

Floats = NDArray[np.float64]
Estimates = list[tuple[float, float]]
N_FACTORS = 40
N_COVARIATES = (0, 2, 7, 15)
DESIGNS = [
    ScreenDesign((max(N_COVARIATES) + factor,), tuple(range(size)))
    for factor in range(N_FACTORS)
    for size in N_COVARIATES
]


def make_data(n: int, share_missing: float, seed: int = 7) -> tuple[Floats, Floats]:
    """Draw covariates, factors (the last ten of them binary) and a heteroscedastic outcome."""
    rng = np.random.default_rng(seed)
    covariates = rng.normal(size=(n, max(N_COVARIATES))) + 0.4 * rng.normal(size=(n, 1))
    factors = rng.normal(size=(n, N_FACTORS)) + 0.3 * covariates[:, :1]
    factors[:, -10:] = factors[:, -10:] > 1
    noise = rng.normal(size=n) * (1 + factors[:, 0] ** 2)
    outcome = 16 + covariates.sum(axis=1) + 0.2 * factors.sum(axis=1) + noise
    factors[rng.random(factors.shape) < share_missing] = np.nan
    return np.column_stack([covariates, factors]), outcome


def by_screen(columns: Floats, outcome: Floats) -> Estimates:
    """Fit with one shared pass."""
    fits = screen_linear(columns, outcome, DESIGNS)
    return [(float(fit.coef[0]), float(fit.std_error[0])) for fit in fits]


def by_fit_linear(columns: Floats, outcome: Floats) -> Estimates:
    """Fit one at a time by pivoted QR, as the screen does with difficult designs."""
    fits = [fit_linear(*arrays) for arrays in _arrays(columns, outcome)]
    return [(float(fit.coef[1]), float(fit.std_error[1])) for fit in fits]


def by_statsmodels(columns: Floats, outcome: Floats) -> Estimates:
    """Fit one at a time with statsmodels on arrays: no formula is parsed."""
    fits = [sm.OLS(y, X).fit(cov_type="HC3", use_t=True) for X, y in _arrays(columns, outcome)]
    return [(float(fit.params[1]), float(fit.bse[1])) for fit in fits]


def by_formula(columns: Floats, outcome: Floats) -> Estimates:
    """Fit one at a time with statsmodels formulas, which drop incomplete rows themselves."""
    import pandas as pd
    import statsmodels.formula.api as smf

    frame = pd.DataFrame(columns, columns=[f"x{j}" for j in range(columns.shape[1])]).assign(y=outcome)
    formulas = ["y ~ " + " + ".join(f"x{j}" for j in (*d.factor, *d.covariates)) for d in DESIGNS]
    fits = [smf.ols(formula, frame).fit(cov_type="HC3", use_t=True) for formula in formulas]
    return [(float(fit.params.iloc[1]), float(fit.bse.iloc[1])) for fit in fits]


def by_numpy(columns: Floats, outcome: Floats) -> Estimates:
    """Fit one at a time with plain numpy: QR, solve, leverage."""
    estimates = []
    for X, y in _arrays(columns, outcome):
        Q, R = qr(X)
        inverse = inv(R)
        coef = inverse @ (Q.T @ y)
        weight = (y - X @ coef) / (1 - (Q * Q).sum(axis=1))
        half = inverse @ (Q * weight[:, None]).T
        estimates.append((float(coef[1]), float(np.sqrt(half[1] @ half[1]))))
    return estimates


CONTENDERS: dict[str, Callable[[Floats, Floats], Estimates]] = {
    "screen_linear": by_screen,
    "numpy QR loop": by_numpy,
    "fit_linear loop": by_fit_linear,
    "statsmodels arrays": by_statsmodels,
    "statsmodels formula": by_formula,
}


def run(n: int, share_missing: float, repeats: int) -> None:
    """Print one table: seconds, ratio to the screen, largest disagreement with it."""
    columns, outcome = make_data(n, share_missing)
    seconds: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    found: dict[str, Floats] = {}
    for _ in range(repeats):
        for name, fit_all in CONTENDERS.items():
            start = time.process_time()
            found[name] = np.array(fit_all(columns, outcome))
            seconds[name].append(time.process_time() - start)
    ours = found["screen_linear"]
    print(f"\nn = {n:,}, {share_missing:.0%} missing in each factor")
    print(f"{'':20} {'CPU s':>9} {'ratio':>7} {'coef/SE':>9} {'SE':>9}")
    for name, times in seconds.items():
        ratio = min(times) / min(seconds["screen_linear"])
        coef = np.max(np.abs(found[name][:, 0] - ours[:, 0]) / ours[:, 1])
        error = np.max(np.abs(found[name][:, 1] / ours[:, 1] - 1))
        print(f"{name:20} {min(times):9.4f} {ratio:7.1f} {coef:9.0e} {error:9.0e}")


def _arrays(columns: Floats, outcome: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Yield every design matrix with its intercept, complete cases only."""
    for design in DESIGNS:
        X = np.column_stack([np.ones(len(outcome)), columns[:, [*design.factor, *design.covariates]]])
        complete = ~np.isnan(X).any(axis=1)
        yield (X, outcome) if complete.all() else (X[complete], outcome[complete])


def main() -> None:
    """Read the sizes and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[2_000, 100_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--missing", type=float, nargs="+", default=[0.0, 0.05])
    arguments = parser.parse_args()
    for n in arguments.sizes:
        for share in arguments.missing:
            run(n, share, arguments.repeats)


if __name__ == "__main__":
    main()
