"""Time and memory of simulating, beside peers in the same run.

Run ``python benchmarks/simulate.py [N ...]``. Each size is measured in a process of its own, because peak memory
only ever grows. Columns: 40 mixed variables drawn as arrays by this package, by plain NumPy and pandas one column
at a time, and by DagSim where ``DAGSIM_PYTHON`` names an interpreter that has it; then the full declared population as a
cohort in memory, and streamed to Parquet.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

SIZES = (1_000, 10_000, 100_000, 1_000_000)
IN_MEMORY_UP_TO = 1_000_000
DAGSIM_UP_TO = 10_000  # some 300 seconds a million


def main() -> None:
    """Measure each size and print one line for it."""
    sizes = [int(argument) for argument in sys.argv[1:]] or SIZES
    names = (
        "40 vars s",
        "pandas s",
        "ratio",
        "DagSim s",
        "ratio",
        "40 M/s",
        "full s",
        "MiB",
        "stream s",
        "MiB",
        "M/s",
    )
    print(f"{'participants':>12}  " + "  ".join(f"{name:>9}" for name in names))
    for size in sizes:
        forty, pandas = _measured("forty", size), _measured("pandas", size)
        dagsim = _dagsim(size)
        full = _measured("full", size) if size <= IN_MEMORY_UP_TO else (np.nan, np.nan)
        stream = _measured("stream", size)
        cells = (
            *(forty[0], pandas[0], pandas[0] / forty[0], dagsim, dagsim / forty[0], size / forty[0] / 1e6),
            *(*full, *stream, size / stream[0] / 1e6),
        )
        print(f"{size:>12,}  " + "  ".join(f"{cell:>9.3f}" for cell in cells))


def _measured(what: str, size: int) -> tuple[float, float]:
    run = subprocess.run(
        [sys.executable, __file__, "--one", what, str(size)], check=True, capture_output=True, text=True
    )
    seconds, peak = map(float, run.stdout.split())
    return seconds, peak


def _dagsim(size: int) -> float:
    python = os.environ.get("DAGSIM_PYTHON")
    if python is None or size > DAGSIM_UP_TO:
        return float("nan")
    script = Path(__file__).with_name("forty_variables.py")
    path = os.pathsep.join((str(script.parents[1]), *sys.path))
    run = subprocess.run(
        [python, str(script), str(size)],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    )
    return float(run.stdout.split()[-1])


def measure(what: str, size: int) -> None:
    """Print CPU seconds and the peak memory of this process; imports and calibration are paid before."""
    work = {"forty": _forty, "pandas": _pandas_columns, "full": _full, "stream": _stream}[what]
    work(10)
    start = time.process_time()
    work(size)
    print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _forty(size: int) -> None:
    from forty_variables import our_model

    from rlsstudy.cohort.calibrate import calibrated
    from rlsstudy.cohort.draw import draw_blocks

    model = calibrated(our_model())
    for _ in draw_blocks(model, model.design("all"), 1, [variable.name for variable in model], size):
        pass


def _full(size: int) -> None:
    import rlsstudy as rls

    rls.simulate_cohort(n=size, seed=1, design="population")


def _stream(size: int) -> None:
    from rlsstudy.cohort.stream import stream_cohort

    with tempfile.TemporaryDirectory() as folder:
        stream_cohort(Path(folder, "large.parquet"), n=size, seed=1, design="population")


def _pandas_columns(size: int) -> None:
    """Draw 14 measurements, 10 binary columns, 3 counts, 2 genotypes, an ordinal and 10 items."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(index=range(size))
    for number in range(14):
        frame[f"measure_{number}"] = rng.normal(size=size) + (frame["measure_0"] * 0.2 if number else 0)
    for number in range(10):
        frame[f"binary_{number}"] = rng.random(size) < expit(-1 + 0.3 * frame["measure_1"])
    for number in range(3):
        frame[f"count_{number}"] = rng.poisson(np.exp(0.2 + 0.1 * frame["measure_2"]))
    for number in range(2):
        frame[f"gene_{number}"] = rng.binomial(2, 0.3, size=size)
    frame["band"] = np.searchsorted([-0.4, 0.8, 2.2], 0.5 * frame["measure_1"] + rng.logistic(size=size))
    severity = rng.normal(size=size)
    for number in range(10):
        frame[f"item_{number}"] = np.searchsorted(
            [-0.7, 0.0, 0.6, 1.3], 0.7 * severity + 0.7 * rng.normal(size=size)
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measure(sys.argv[2], int(sys.argv[3]))
    else:
        main()
