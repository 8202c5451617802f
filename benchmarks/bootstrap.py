"""Time 2,000 bootstraps of least squares and of proportional odds beside loops of statsmodels, and R with --r.

    OPENBLAS_NUM_THREADS=1 python benchmarks/bootstrap.py --n 2000 --reps 2000

The data are drawn in the script: 15 covariates and an intercept, an outcome in points and the same in
five bands. A loop that takes long runs fewer replicates, and its time is scaled to all of them: its row is
marked with an x. Every contender runs in turns in one process on one thread, and the best processor time of
the repeats counts. What may be quoted is the ratio within one run, not the seconds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rlsstudy.estimate.contributions.design import JointDesign, Roles
from rlsstudy.estimate.contributions.truth import divisions
from rlsstudy.estimate.resample.draws import plan_draws
from rlsstudy.estimate.resample.linear_bootstrap import bootstrap_linear
from rlsstudy.estimate.resample.ordinal_bootstrap import bootstrap_ordinal
from rlsstudy.estimate.resample.run import bootstrap

Floats = NDArray[np.float64]
Run = Callable[[Floats, Floats, int], object]
N_COVARIATES = 15
SEED = 7
R_SCRIPT = """
suppressMessages(library(boot))
a <- commandArgs(TRUE); d <- read.csv(a[1]); reps <- as.integer(a[2]); few <- as.integer(a[3])
X <- as.matrix(cbind(1, d[, grep("^x", names(d))]))
cpu <- function(e) { t <- system.time(e); sum(t[1:2]) }
out <- list(`R boot with .lm.fit`=cpu(boot(d, function(d, i) .lm.fit(X[i, ], d$y[i])$coefficients, reps)))
if (requireNamespace("ordinal", quietly=TRUE)) {
  d$band <- factor(d$band, ordered=TRUE); f <- reformulate(grep("^x", names(d), value=TRUE), "band")
  out$`R boot with clm` <- cpu(boot(d, function(d, i) ordinal::clm(f, data=d[i, ])$beta, few)) * reps / few
}
cat(sprintf("{%s}", paste(sprintf('"%s": %f', names(out), unlist(out)), collapse=", ")))
"""


def make_data(n: int) -> tuple[Floats, Floats, Floats]:
    """Draw a design with its intercept, an outcome in points and the same in five bands."""
    rng = np.random.default_rng(SEED)
    covariates = rng.normal(size=(n, N_COVARIATES)) + 0.4 * rng.normal(size=(n, 1))
    covariates[:, -5:] = covariates[:, -5:] > 0.5
    points = 16 + covariates @ np.linspace(-1, 1, N_COVARIATES) + 3 * rng.logistic(size=n)
    bands = np.digitize(points, np.quantile(points, [0.1, 0.35, 0.7, 0.9])).astype(float)
    return np.column_stack([np.ones(n), covariates]), points, bands


def by_us(X: Floats, y: Floats, reps: int) -> object:
    """Fit all replicates at once."""
    return bootstrap_linear(X, y, reps=reps, seed=SEED)


def by_us_for_any(X: Floats, y: Floats, reps: int) -> object:
    """Bootstrap as any estimator, one replicate at a time."""
    return bootstrap(lambda X, y: np.linalg.lstsq(X, y)[0], [X, y], reps=reps, seed=SEED)


def by_numpy(X: Floats, y: Floats, reps: int) -> object:
    """Solve weighted normal equations in a loop."""
    draws = plan_draws(len(y), reps=reps, seed=SEED)
    found = []
    for replicate in range(reps):
        weighted = X.T * draws.weights(replicate, 1)
        found.append(np.linalg.solve(weighted @ X, weighted @ y))
    return found


def by_statsmodels(X: Floats, y: Floats, reps: int) -> object:
    """Fit statsmodels OLS on arrays in a loop."""
    import statsmodels.api as sm

    rng = np.random.default_rng(SEED)
    return [sm.OLS(y[i], X[i]).fit().params for i in (rng.integers(0, len(y), len(y)) for _ in range(reps))]


def by_us_ordinal(X: Floats, y: Floats, reps: int) -> object:
    """Take Newton steps of many replicates at once."""
    return bootstrap_ordinal(X[:, 1:], y, reps=reps, seed=SEED)


def by_statsmodels_ordinal(X: Floats, y: Floats, reps: int) -> object:
    """Fit statsmodels OrderedModel in a loop."""
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    rng, found = np.random.default_rng(SEED), []
    for _ in range(reps):
        rows = rng.integers(0, len(y), len(y))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found.append(
                OrderedModel(y[rows], X[rows, 1:], distr="logit").fit(method="bfgs", disp=False).params
            )
    return found


def by_us_domains(X: Floats, y: Floats, reps: int) -> object:
    """Divide R² among five domains of three columns: 32 models for each replicate."""
    values = np.column_stack([X[:, 1:], y])
    Z = np.column_stack([np.ones(len(y)), (values - values.mean(axis=0)) / values.std(axis=0)])
    design = JointDesign(Z, 0, (3,) * 5, len(y), Roles("y", (), {}))
    draws = plan_draws(len(y), reps=reps, seed=SEED)
    return [divisions(design, draws.weights(*part))[0].shapley for part in draws.chunks(reps)]


LINEAR: dict[str, tuple[Run, int]] = {
    "bootstrap_linear": (by_us, 0),
    "numpy loop": (by_numpy, 0),
    "bootstrap, any estimator": (by_us_for_any, 400),
    "statsmodels OLS loop": (by_statsmodels, 400),
    "Shapley of 5 domains": (by_us_domains, 0),
}
ORDINAL: dict[str, tuple[Run, int]] = {
    "bootstrap_ordinal": (by_us_ordinal, 0),
    "statsmodels OrderedModel loop": (by_statsmodels_ordinal, 4),
}


def run(
    contenders: dict[str, tuple[Run, int]], X: Floats, y: Floats, reps: int, repeats: int
) -> dict[str, float]:
    """Return the best processor time of each contender, scaled to all replicates; an x marks scaled ones."""
    best: dict[str, float] = {}
    for _ in range(repeats):
        for name, (of, few) in contenders.items():
            done = min(few, reps) or reps
            start = time.process_time()
            of(X, y, done)
            seconds = (time.process_time() - start) * reps / done
            label = name if done == reps else f"{name} [x]"
            best[label] = min(seconds, best.get(label, np.inf))
    return best


def run_r(X: Floats, y: Floats, bands: Floats, reps: int) -> dict[str, float]:
    """Return the processor time of boot in R, with clm for a twentieth of the replicates, scaled."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        names = ",".join([*(f"x{j}" for j in range(1, X.shape[1])), "y", "band"])
        np.savetxt(path, np.column_stack([X[:, 1:], y, bands]), delimiter=",", header=names, comments="")
        script = Path(folder) / "boot.R"
        script.write_text(R_SCRIPT, encoding="utf-8")
        command = ["Rscript", str(script), str(path), str(reps), str(max(reps // 20, 2))]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def tell(title: str, seconds: dict[str, float]) -> None:
    """Print one table, with ratios to its first row."""
    ours = next(iter(seconds.values()))
    print(f"\n{title}\n{'':34} {'CPU s':>9} {'ratio':>7}")
    for name, value in seconds.items():
        print(f"{name:34} {value:9.3f} {value / ours:7.1f}")


def main() -> None:
    """Read what is asked for and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=2_000)
    parser.add_argument("--reps", type=int, default=2_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--r", action="store_true", help="time boot in R too, with clm where it is installed")
    asked = parser.parse_args()
    X, points, bands = make_data(asked.n)
    linear = run(LINEAR, X, points, asked.reps, asked.repeats)
    ordinal = run(ORDINAL, X, bands, asked.reps, asked.repeats)
    if asked.r:
        of_r = run_r(X, points, bands, asked.reps)
        linear |= {name: value for name, value in of_r.items() if "lm.fit" in name}
        ordinal |= {f"{name} [x]": value for name, value in of_r.items() if "clm" in name}
    tell(f"least squares, n = {asked.n:,}, {asked.reps:,} replicates, 16 coefficients", linear)
    tell(f"proportional odds, 5 bands, n = {asked.n:,}, {asked.reps:,} replicates, 15 coefficients", ordinal)


if __name__ == "__main__":
    main()
