"""A model of 40 mixed variables, as the peers' published comparisons use: ours, and the same in DagSim.

14 measurements, 10 binary variables, 3 counts, 2 genotypes, 1 ordinal, 10 graded items of one latent severity.
"""

from rlsstudy.declare import CausalModel, Cause, Design, Domain, Evidence, Kind, Variable
from rlsstudy.declare.equations import Bernoulli, Count, Genotype, GradedItem, LogNormal, Normal, Ordinal

THRESHOLDS = (-0.7, 0.0, 0.6, 1.3)
LOADING = 0.7


def our_model() -> CausalModel:
    """Declare the 40 variables."""
    measured = [_ours("m0", Kind.CONTINUOUS, Normal(baseline=50, sd=10), contrast=(50, 60))]
    for k in range(1, 7):
        equation = Normal(baseline=0, sd=1, terms=(_cause(f"m{k - 1}", 0.2),))
        measured.append(_ours(f"m{k}", Kind.CONTINUOUS, equation, contrast=(0, 1)))
    for k in range(7, 14):
        equation = LogNormal(baseline=10, sigma=0.6, terms=(_cause("m1", 0.2),))
        measured.append(_ours(f"m{k}", Kind.CONTINUOUS, equation, contrast=(10, 20)))
    binary = [
        _ours(
            f"b{k}", Kind.BINARY, Bernoulli(baseline=0.27, terms=(_cause("m1", 0.3),)), levels=("no", "yes")
        )
        for k in range(10)
    ]
    counts = [_ours(f"c{k}", Kind.INTEGER, Count(baseline=1.2, terms=(_cause("m2", 0.1),))) for k in range(3)]
    genes = [_ours(f"g{k}", Kind.INTEGER, Genotype(frequency=0.3)) for k in range(2)]
    band = _ours(
        "band",
        Kind.ORDINAL,
        Ordinal(shares=(0.4, 0.3, 0.2, 0.1), terms=(_cause("m1", 0.5),)),
        levels=tuple("abcd"),
    )
    items = [
        _ours(
            f"i{k}",
            Kind.INTEGER,
            GradedItem(latent="m6", loading=LOADING, thresholds=THRESHOLDS, source="benchmark"),
        )
        for k in range(10)
    ]
    return CausalModel(
        "forty", (*measured, *binary, *counts, *genes, band, *items), (), (Design("all", "All"),)
    )


def _ours(name, kind, equation, **settings):
    return Variable(name, name, Domain.STUDY, kind, equation=equation, source="benchmark", **settings)


def _cause(name, size):
    return Cause(name, size, Evidence.ASSUMED, "assumed")


def dagsim_seconds(size: int) -> float:
    """Return the CPU seconds in which DagSim draws the same 40 variables."""
    import time

    import dagsim.base as ds
    import numpy as np

    rng = np.random.default_rng(1)

    def expit(x):
        return 1 / (1 + np.exp(-x))

    functions = {
        "m0": (lambda: rng.normal(50, 10), []),
        **{f"m{k}": (lambda x: rng.normal(0.2 * x, 1), [f"m{k - 1}"]) for k in range(1, 7)},
        **{f"m{k}": (lambda x: np.exp(rng.normal(2.3 + 0.2 * x, 0.6)), ["m1"]) for k in range(7, 14)},
        **{f"b{k}": (lambda x: int(rng.random() < expit(-1 + 0.3 * x)), ["m1"]) for k in range(10)},
        **{f"c{k}": (lambda x: rng.poisson(np.exp(0.2 + 0.1 * x)), ["m2"]) for k in range(3)},
        **{f"g{k}": (lambda: rng.binomial(2, 0.3), []) for k in range(2)},
        "band": (lambda x: int(np.searchsorted([-0.4, 0.8, 2.2], 0.5 * x + rng.logistic())), ["m1"]),
        **{
            f"i{k}": (lambda x: int(np.searchsorted(THRESHOLDS, LOADING * x + 0.714 * rng.normal())), ["m6"])
            for k in range(10)
        },
    }
    nodes = {}
    for name, (function, parents) in functions.items():
        nodes[name] = ds.Node(name=name, function=function, args=[nodes[parent] for parent in parents])
    graph = ds.Graph(list(nodes.values()), "forty")
    start = time.process_time()
    graph.simulate(num_samples=size, csv_name="")
    return time.process_time() - start


if __name__ == "__main__":
    import sys

    print(dagsim_seconds(int(sys.argv[1])))
