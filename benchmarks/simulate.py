"""Time and memory of simulating the declared population, and the cost beside a plain pandas loop.

Run ``python benchmarks/simulate.py [N ...]``. Each size is measured in a process of its own, because
peak memory only ever grows. The peer draws as many columns of the same kinds, one pandas column at a
time, with NumPy's generator: no addresses, no missing values, no checks.
"""

import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd
from scipy.special import expit

SIZES = (1_000, 10_000, 100_000, 1_000_000)


def main() -> None:
    """Measure each size in a fresh process and print one line for it."""
    sizes = [int(argument) for argument in sys.argv[1:]] or SIZES
    print(
        f"{'participants':>12}  {'rlsstudy s':>10}  {'peer s':>8}  {'ratio':>6}  {'per second':>11}  {'peak MiB':>8}"
    )
    for size in sizes:
        subprocess.run([sys.executable, __file__, "--one", str(size)], check=True)


def measure(size: int) -> None:
    """Print CPU seconds of both, their ratio and the peak memory of this process."""
    import rlsstudy as rls

    rls.simulate_cohort(n=10, seed=1, design="population")  # imports and calibration are paid once a process
    ours = _cpu_seconds(lambda: rls.simulate_cohort(n=size, seed=1, design="population"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    peer = _cpu_seconds(lambda: _pandas_columns(size))
    print(
        f"{size:>12,}  {ours:>10.3f}  {peer:>8.3f}  {ours / peer:>6.1f}  {size / ours:>11,.0f}  {peak:>8.0f}"
    )


def _cpu_seconds(work) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _pandas_columns(size: int) -> pd.DataFrame:
    """Draw 12 measurements, 9 binary columns, 4 counts and 10 items of one latent severity."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(index=range(size))
    for number in range(12):
        frame[f"measure_{number}"] = rng.normal(size=size) + (frame["measure_0"] * 0.2 if number else 0)
    for number in range(9):
        frame[f"binary_{number}"] = rng.random(size) < expit(-1 + 0.3 * frame["measure_1"])
    for number in range(4):
        frame[f"count_{number}"] = rng.poisson(np.exp(0.2 + 0.1 * frame["measure_2"]))
    severity = rng.normal(size=size)
    for number in range(10):
        frame[f"item_{number}"] = np.searchsorted(
            [-0.7, 0.0, 0.6, 1.3], 0.7 * severity + 0.7 * rng.normal(size=size)
        )
    return frame


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measure(int(sys.argv[2]))
    else:
        main()
