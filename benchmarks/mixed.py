"""Time mixed models beside statsmodels, and with --r beside lme4: 3 visits, 10 % dropped, 8 covariates, REML.

    OPENBLAS_NUM_THREADS=1 python benchmarks/mixed.py --sizes 500 5000 --repeats 3 --r

Every contender fits the same data in turns, and the best processor time of the repeats counts. Ours
has its checks, predicted random effects and Satterthwaite's degrees of freedom in it. What may be
quoted is the ratio within one run, not the seconds.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray

from rlsstudy.estimate.fits.mixed import fit_mixed

Floats = NDArray[np.float64]
VISITS, N_COVARIATES, SHARE_DROPPED = 3, 8, 0.1
LARGEST_FOR_STATSMODELS = 5_000  # people; ten times as many take a minute

R_CODE = """
suppressMessages(library(lme4))
d <- read.csv("{file}")
f <- y ~ 0 + {terms} + ({random} | who)
best <- Inf
for (i in 1:{repeats}) {{
  took <- system.time({{ m <- lmer(f, d); s <- coef(summary(m)) }})
  best <- min(best, took[1] + took[2])
}}
cat(format(c(best, REMLcrit(m), s[, 1], s[, 2]), digits = 17), sep = "\\n")
"""


@dataclass(frozen=True)
class Data:
    """Visits of a cohort: design, outcome, whose and when."""

    X: Floats
    y: Floats
    who: NDArray[np.intp]
    when: Floats


@dataclass(frozen=True)
class Found:
    """Coefficients and their errors."""

    coef: Floats
    std_error: Floats


def make_data(people: int, slope: bool, seed: int = 7) -> Data:
    """Draw visits with random intercepts, and perhaps slopes; the first visit is never dropped."""
    rng = np.random.default_rng(seed)
    who, when = np.repeat(np.arange(people), VISITS), np.tile(np.arange(VISITS) + 0.0, people)
    between = rng.normal(size=(people, N_COVARIATES // 2))[who]
    within = rng.normal(size=(len(who), N_COVARIATES - 1 - N_COVARIATES // 2))
    X = np.column_stack([np.ones(len(who)), when, between, within])
    own = 3 * rng.normal(size=people)[who] + slope * rng.normal(size=people)[who] * when
    y = 18 + X[:, 1:].sum(axis=1) * 0.3 + own + 3 * rng.normal(size=len(who))
    seen = (when == 0) | (rng.random(len(who)) > SHARE_DROPPED)
    return Data(X[seen], y[seen], who[seen], when[seen])


def by_rlsstudy(data: Data, slope: bool) -> Found:
    """Fit with this package."""
    fit = fit_mixed(data.X, data.y, groups=data.who, random=data.when if slope else None)
    return Found(fit.coef, fit.std_error)


def by_statsmodels(data: Data, slope: bool) -> Found:
    """Fit with statsmodels on arrays."""
    Z = np.column_stack([np.ones(len(data.y)), data.when])[:, : 1 + slope]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sm.MixedLM(data.y, data.X, groups=data.who, exog_re=Z).fit(reml=True)
    p = data.X.shape[1]
    return Found(np.asarray(fit.fe_params), np.asarray(fit.bse)[:p])


CONTENDERS: dict[str, Callable[[Data, bool], Found]] = {
    "fit_mixed": by_rlsstudy,
    "statsmodels MixedLM": by_statsmodels,
}


def by_lme4(data: Data, slope: bool, repeats: int) -> tuple[float, Found]:
    """Fit with lme4 in R; also return the best processor time, that of starting R not counted."""
    names = [f"x{j}" for j in range(data.X.shape[1])]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "visits.csv"
        table = np.column_stack([data.y, data.who, data.when, data.X])
        header = ",".join(["y", "who", "when", *names])
        np.savetxt(file, table, fmt="%.17g", delimiter=",", header=header, comments="")
        code = R_CODE.format(
            file=file.as_posix(), terms=" + ".join(names), random="when" if slope else "1", repeats=repeats
        )
        run = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True)
    numbers = np.array([float(line) for line in run.stdout.split()])
    coef, std_error = np.split(numbers[2:], 2)
    return float(numbers[0]), Found(coef, std_error)


def run(people: int, slope: bool, repeats: int, with_r: bool) -> None:
    """Print one table: seconds, ratio to ours, largest disagreement with it."""
    data = make_data(people, slope)
    contenders = dict(CONTENDERS) if people <= LARGEST_FOR_STATSMODELS else {"fit_mixed": by_rlsstudy}
    seconds: dict[str, float] = dict.fromkeys(contenders, np.inf)
    found: dict[str, Found] = {}
    for _ in range(repeats):
        for name, fit in contenders.items():
            start = time.process_time()
            found[name] = fit(data, slope)
            seconds[name] = min(seconds[name], time.process_time() - start)
    if with_r:
        seconds["lme4"], found["lme4"] = by_lme4(data, slope, repeats)
    ours = found["fit_mixed"]
    print(f"\n{people:,} people, {len(data.y):,} visits, random intercept{' and slope' if slope else ''}")
    print(f"{'':20} {'CPU s':>9} {'ratio':>7} {'coef/SE':>9} {'SE':>9}")
    for name, best in seconds.items():
        coef = np.max(np.abs(found[name].coef - ours.coef) / ours.std_error)
        error = np.max(np.abs(found[name].std_error / ours.std_error - 1))
        print(f"{name:20} {best:9.4f} {best / seconds['fit_mixed']:7.1f} {coef:9.0e} {error:9.0e}")


def has_lme4() -> bool:
    """Tell whether R with lme4 is there."""
    if shutil.which("Rscript") is None:
        return False
    return (
        subprocess.run(["Rscript", "-e", "library(lme4)"], capture_output=True, check=False).returncode == 0
    )


def main() -> None:
    """Read the sizes and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 5_000, 50_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--r", action="store_true", help="also time lme4, where R has it")
    arguments = parser.parse_args()
    with_r = arguments.r and has_lme4()
    if arguments.r and not with_r:
        print("R with lme4 is not here.")
    by_rlsstudy(make_data(50, slope=True), slope=True)  # what is imported on first use is not timed
    for people in arguments.sizes:
        for slope in (False, True):
            run(people, slope, arguments.repeats, with_r)


if __name__ == "__main__":
    main()
