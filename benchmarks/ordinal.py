"""Time ordinal regression beside statsmodels and R: 15 covariates, 5 bands and all 41 totals.

    OPENBLAS_NUM_THREADS=1 python benchmarks/ordinal.py --sizes 2000 20000 200000 --repeats 3

Contenders fit the same data in turns, and the best processor time of the repeats counts. What may be
quoted is the ratio within one run, not the seconds. With ``--r`` R's clm, polr and orm join where Rscript
is installed; they are timed inside R. With ``--bootstrap`` many weighted fits are timed beside a loop.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rlsstudy.estimate.fits.ordinal import fit_ordinal
from rlsstudy.estimate.fits.ordinal_batch import fit_ordinal_weighted

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Estimates = tuple[Floats, Floats]  # slopes and their standard errors
N_COVARIATES = 15
SLOW_FROM = 20_000  # people; from here on statsmodels is run once, with 41 totals without Newton
VERY_SLOW_FROM = 100_000  # without Newton, which takes minutes

R_SCRIPT = """
arguments <- commandArgs(TRUE); set <- read.csv(arguments[1]); repeats <- as.integer(arguments[2])
set$y <- factor(set$y, ordered = TRUE)
suppressMessages({library(ordinal); library(MASS); library(rms)})
fits <- list(
  clm = function() {m <- clm(y ~ ., data = set); k <- length(m$alpha); s <- sqrt(diag(vcov(m))); cbind(m$beta, s[-(1:k)])},
  polr = function() {m <- polr(y ~ ., data = set, Hess = TRUE); b <- coef(m); cbind(b, sqrt(diag(vcov(m)))[seq_along(b)])},
  orm = function() {m <- orm(y ~ ., data = set); b <- tail(coef(m), ncol(set) - 1); cbind(b, sqrt(diag(vcov(m)))[names(b)])})
for (name in names(fits)) {
  seconds <- min(replicate(repeats, {time <- system.time(found <<- fits[[name]]()); time[["user.self"]] + time[["sys.self"]]}))
  cat(name, seconds, format(c(found), digits = 17), "\\n")
}
"""


def make_data(n: int, bands: int, seed: int = 7) -> tuple[Floats, Places]:
    """Draw correlated covariates, five of them binary, and an outcome cut into bands of equal size."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, N_COVARIATES)) + 0.4 * rng.normal(size=(n, 1))
    X[:, -5:] = X[:, -5:] > 0.5
    latent = X @ np.linspace(-0.5, 0.5, N_COVARIATES) + rng.logistic(size=n)
    return X, np.searchsorted(np.quantile(latent, np.arange(1, bands) / bands), latent)


def by_fit_ordinal(X: Floats, y: Places) -> Estimates:
    """Fit with all guards."""
    fit = fit_ordinal(X, y, covariance="model")
    return fit.coef, fit.std_error


def by_statsmodels(method: str) -> Callable[[Floats, Places], Estimates]:
    """Return a fit with OrderedModel on arrays."""

    def fit(X: Floats, y: Places) -> Estimates:
        from statsmodels.miscmodels.ordinal_model import OrderedModel

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = OrderedModel(y, X, distr="logit").fit(method=method, maxiter=1_000, disp=0)
            return found.params[: X.shape[1]], found.bse[: X.shape[1]]

    return fit


def contenders(n: int, bands: int) -> dict[str, Callable[[Floats, Places], Estimates]]:
    """Return who takes part: not those that take minutes."""
    fits = {"fit_ordinal": by_fit_ordinal, "OrderedModel bfgs": by_statsmodels("bfgs")}
    if n < SLOW_FROM or (bands <= 10 and n < VERY_SLOW_FROM):
        fits["OrderedModel newton"] = by_statsmodels("newton")
    return fits


def by_r(X: Floats, y: Places, repeats: int) -> dict[str, tuple[float, Estimates]]:
    """Return seconds and estimates of the fits in R, none where it is not installed."""
    if shutil.which("Rscript") is None:
        print("Rscript is not installed.")
        return {}
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder, "data.csv"), Path(folder, "fits.R")
        header = ",".join(["y", *(f"x{j}" for j in range(X.shape[1]))])
        np.savetxt(data, np.column_stack([y, X]), delimiter=",", header=header, comments="", fmt="%.17g")
        script.write_text(R_SCRIPT, encoding="utf-8")
        command = ["Rscript", str(script), str(data), str(repeats)]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    found = {}
    for line in lines:
        name, seconds, *numbers = line.split()
        coef, error = np.array(numbers, dtype=float).reshape(2, -1)
        found[f"R {name}"] = float(seconds), (coef, error)
    return found


def run(n: int, bands: int, repeats: int, with_r: bool) -> None:
    """Print one table: seconds, ratio, largest disagreement of slopes and errors."""
    X, y = make_data(n, bands)
    fits = contenders(n, bands)
    seconds: dict[str, list[float]] = {name: [] for name in fits}
    found: dict[str, Estimates] = {}
    for turn in range(repeats):
        for name, fit in fits.items():
            if turn and n >= SLOW_FROM and name != "fit_ordinal":
                continue
            start = time.process_time()
            found[name] = fit(X, y)
            seconds[name].append(time.process_time() - start)
    best = {name: min(times) for name, times in seconds.items()}
    for name, (spent, estimates) in (by_r(X, y, repeats) if with_r else {}).items():
        best[name], found[name] = spent, estimates
    print(f"\nn = {n:,}, {bands} categories")
    print(f"{'':20} {'CPU s':>9} {'ratio':>7} {'coef/SE':>9} {'SE':>9}")
    coef, error = found["fit_ordinal"]
    for name, spent in best.items():
        off = np.max(np.abs(found[name][0] - coef) / error)
        off_error = np.max(np.abs(found[name][1] / error - 1))
        print(f"{name:20} {spent:9.4f} {spent / best['fit_ordinal']:7.1f} {off:9.0e} {off_error:9.0e}")


def run_bootstrap(n: int, bands: int, resamples: int) -> None:
    """Print the time of many weighted fits beside a loop over some of the same resamples."""
    X, y = make_data(n, bands)
    weights = np.random.default_rng(8).multinomial(n, np.full(n, 1 / n), size=resamples)
    start = time.process_time()
    batch = fit_ordinal_weighted(X, y, weights)
    together = time.process_time() - start
    some = range(0, resamples, max(1, resamples // 100))
    start = time.process_time()
    alone = [fit_ordinal(np.repeat(X, weights[r], axis=0), np.repeat(y, weights[r])) for r in some]
    loop = (time.process_time() - start) * resamples / len(some)
    off = max(
        float(np.max(np.abs(fit.coef - batch.coef[r]) / fit.std_error))
        for r, fit in zip(some, alone, strict=True)
    )
    print(f"\n{resamples:,} resamples, n = {n:,}, {bands} categories")
    print(
        f"fit_ordinal_weighted {together:8.3f} s; loop of fit_ordinal {loop:8.3f} s, of {len(some)}; coef/SE {off:.0e}"
    )


def main() -> None:
    """Read the sizes and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[2_000, 20_000, 200_000])
    parser.add_argument("--bands", type=int, nargs="+", default=[5, 41])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--r", action="store_true")
    parser.add_argument("--bootstrap", type=int, default=2_000, metavar="RESAMPLES")
    arguments = parser.parse_args()
    for n in arguments.sizes:
        for bands in arguments.bands:
            run(n, bands, arguments.repeats, arguments.r)
    if arguments.bootstrap:
        run_bootstrap(2_000, 5, arguments.bootstrap)


if __name__ == "__main__":
    main()
