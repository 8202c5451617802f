"""How the cost of each regression grows with the number of rows, beside statsmodels where it has the same.

    OPENBLAS_NUM_THREADS=1 python benchmarks/growth.py --sizes 1000 10000 100000 1000000

One fit of each kind with 15 covariates (8 for repeated visits), in turns; the best processor time of the repeats
counts. statsmodels is asked up to ``--peer-most`` rows. What may be quoted is the ratio within one run.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rlsstudy.estimate import (
    fit_gee,
    fit_linear,
    fit_logistic,
    fit_mixed,
    fit_ordinal,
    fit_quantile,
    fit_robust,
)

Floats = NDArray[np.float64]
N_COVARIATES, N_VISITS = 15, 3


def draw(n: int, seed: int = 3) -> dict[str, Any]:
    """Draw covariates, a latent outcome, what is made of it, and repeated visits."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, N_COVARIATES)) + 0.3 * rng.normal(size=(n, 1))
    latent = 0.2 * X.sum(axis=1) + rng.logistic(size=n)
    person = np.repeat(np.arange(-(-n // N_VISITS)), N_VISITS)[:n]
    shared = rng.normal(size=person[-1] + 1)[person]
    return {
        "X": X,
        "ones": np.column_stack([np.ones(n), X]),
        "y": 16 + 4 * latent + rng.normal(size=n),
        "case": (latent > 1).astype(float),
        "band": np.digitize(latent, [-2, -0.5, 0.8, 2.2]).astype(float),
        "visits": np.column_stack([np.ones(n), X[:, :8]]),
        "repeated": 16 + X[:, 0] + 4 * shared + 3 * rng.normal(size=n),
        "person": person,
    }


OURS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "linear, HC3": lambda d: fit_linear(d["ones"], d["y"]),
    "logistic": lambda d: fit_logistic(d["ones"], d["case"]),
    "ordinal, 5 bands": lambda d: fit_ordinal(d["X"], d["band"]),
    "median": lambda d: fit_quantile(d["ones"], d["y"]),
    "robust": lambda d: fit_robust(d["ones"], d["y"]),
    "mixed, intercept": lambda d: fit_mixed(d["visits"], d["repeated"], groups=d["person"]),
    "estimating equations": lambda d: fit_gee(d["visits"], d["repeated"], groups=d["person"]),
}


def peers() -> dict[str, Callable[[dict[str, Any]], Any]]:
    """Return the same fits by statsmodels, on arrays."""
    import statsmodels.api as sm
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    exchangeable = sm.cov_struct.Exchangeable
    return {
        "linear, HC3": lambda d: sm.OLS(d["y"], d["ones"]).fit(cov_type="HC3", use_t=True),
        "logistic": lambda d: sm.Logit(d["case"], d["ones"]).fit(disp=0),
        "ordinal, 5 bands": lambda d: OrderedModel(d["band"], d["X"], distr="logit").fit(
            method="bfgs", disp=0
        ),
        "median": lambda d: sm.QuantReg(d["y"], d["ones"]).fit(q=0.5),
        "robust": lambda d: sm.RLM(d["y"], d["ones"]).fit(),
        "mixed, intercept": lambda d: sm.MixedLM(d["repeated"], d["visits"], d["person"]).fit(reml=True),
        "estimating equations": lambda d: sm.GEE(
            d["repeated"], d["visits"], d["person"], cov_struct=exchangeable()
        ).fit(cov_type="bias_reduced"),
    }


def best(fit: Callable[[dict[str, Any]], Any], data: dict[str, Any], repeats: int) -> float:
    """Return the smallest processor time of some repeats."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        fit(data)
        times.append(time.process_time() - start)
    return min(times)


def run(sizes: list[int], repeats: int, peer_most: int) -> None:
    """Print seconds for each size, and how many times as long statsmodels takes."""
    theirs = peers()
    print(f"{'':22}" + "".join(f"{n:>20,}" for n in sizes))
    data = {n: draw(n) for n in sizes}
    for name, fit in OURS.items():
        cells = []
        for n in sizes:
            seconds = best(fit, data[n], repeats if n < 100_000 else 1)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ratio = f"{best(theirs[name], data[n], 1) / seconds:7.1f} x" if n <= peer_most else ""
            cells.append(f"{seconds:9.4f} {ratio:>10}")
        print(f"{name:22}" + "".join(cells), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peer-most", type=int, default=10_000)
    arguments = parser.parse_args()
    run(arguments.sizes, arguments.repeats, arguments.peer_most)
