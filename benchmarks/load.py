"""Time how a cohort file is loaded, beside pandas and pandera: 60 columns of every kind, CSV and Parquet.

    python benchmarks/load.py --sizes 100000 1000000 --repeats 5

Every contender reads the same file in one process, in turns; of the repeats the median counts. What may be quoted is the
ratio to the bare reader of pandas within one run, which checks nothing, not the seconds. `--profile` says where our
own time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

import rlsstudy as rls
from rlsstudy.cohort.files.read_csv import read_csv
from rlsstudy.cohort.files.read_parquet import read_parquet

COLUMNS = {  # kind: how many
    "item": 25,  # whole numbers from 0 to 4
    "age": 5,
    "tenths": 10,  # numbers with one decimal
    "thousandths": 5,
    "double": 4,  # numbers with all their digits
    "category": 6,
    "date": 4,
}
LEVELS = ("female", "male", "other", "unknown")
MISSING = 0.03  # share of empty cells, in all columns but the key
FIRST_DAY, N_DAYS = np.datetime64("2015-01-01"), 3000


def make_data(n: int, seed: int = 11) -> pd.DataFrame:
    """Draw 59 columns and a key."""
    rng = np.random.default_rng(seed)
    draw: dict[str, Callable[[], Any]] = {
        "item": lambda: rng.integers(0, 5, n),
        "age": lambda: rng.integers(18, 100, n),
        "tenths": lambda: np.round(rng.lognormal(4, 0.6, n), 1),
        "thousandths": lambda: np.round(rng.normal(5, 0.5, n), 3),
        "double": lambda: rng.normal(size=n),
        "category": lambda: np.array(LEVELS, dtype=object)[rng.integers(0, len(LEVELS), n)],
        "date": lambda: (FIRST_DAY + rng.integers(0, N_DAYS, n)).astype(str).astype(object),
    }
    columns: dict[str, Any] = {"participant_id": [f"P{row:07d}" for row in range(n)]}
    for kind, count in COLUMNS.items():
        for place in range(count):
            drawn = pd.Series(draw[kind]())
            if kind in ("item", "age"):
                drawn = drawn.astype("Int64")
            columns[f"{kind}_{place}"] = drawn.mask(rng.random(n) < MISSING)
    return pd.DataFrame(columns)


def write_study(folder: Path, file: str) -> Path:
    """Declare all columns."""
    said = {
        "item": 'type = "integer"\nmin = 0\nmax = 4',
        "age": 'type = "integer"\nmin = 18\nmax = 110',
        "tenths": 'type = "number"\nmin = 0\nmax = 5000',
        "thousandths": 'type = "number"\nmin = 0\nmax = 20',
        "double": 'type = "number"\nmin = -20\nmax = 20',
        "category": f'type = "category"\nlevels = {list(LEVELS)}'.replace("'", '"'),
        "date": 'type = "date"\nmin = 2010-01-01\nmax = 2030-12-31',
    }
    head = (
        f'[study]\ntitle = "Timing"\ndata = "{file}"\nkey = "participant_id"\noutcome = "double_0"\n'
        'factors = ["tenths_0", "age_0"]\n\n[columns.participant_id]\ntype = "text"\npattern = "^P[0-9]{7}$"\n'
    )
    parts = [
        f'[columns.{kind}_{place}]\n{said[kind]}\nlabel = "{kind} {place}"\n'
        for kind, count in COLUMNS.items()
        for place in range(count)
    ]
    path = folder / f"{Path(file).suffix[1:]}.toml"
    path.write_text("\n".join([head, *parts]), encoding="utf-8")
    return path


def pandera_schema() -> pa.DataFrameSchema:
    """Declare the same for pandera, as far as it goes: it parses no dates of its own."""
    checks: dict[str, tuple[Any, list[pa.Check]]] = {
        "item": ("Int64", [pa.Check.in_range(0, 4)]),
        "age": ("Int64", [pa.Check.in_range(18, 110)]),
        "tenths": (float, [pa.Check.in_range(0, 5000)]),
        "thousandths": (float, [pa.Check.in_range(0, 20)]),
        "double": (float, [pa.Check.in_range(-20, 20)]),
        "category": (str, [pa.Check.isin(LEVELS)]),
        "date": (
            "datetime64[ns]",
            [pa.Check.in_range(pd.Timestamp("2010-01-01"), pd.Timestamp("2030-12-31"))],
        ),
    }
    columns = {
        f"{kind}_{place}": pa.Column(*checks[kind], nullable=True, coerce=True)
        for kind, count in COLUMNS.items()
        for place in range(count)
    }
    key = pa.Column(str, pa.Check.str_matches(r"^P[0-9]{7}$"), unique=True)
    return pa.DataFrameSchema({"participant_id": key, **columns})


def contenders(folder: Path, data: pd.DataFrame) -> dict[str, dict[str, Callable[[], object]]]:
    """Write the files; return by format who reads them, the bare reader of pandas first."""
    schema = pandera_schema()
    csv, parquet = folder / "cohort.csv", folder / "cohort.parquet"
    data.to_csv(csv, index=False)
    data.to_parquet(parquet, index=False)
    csv_study, parquet_study = write_study(folder, csv.name), write_study(folder, parquet.name)
    return {
        f"CSV, {csv.stat().st_size / 1e6:.0f} MB": {
            "pandas.read_csv": lambda: pd.read_csv(csv),
            "pandas.read_csv, as text": lambda: pd.read_csv(csv, dtype=str, keep_default_na=False),
            "pandas and pandera": lambda: schema.validate(pd.read_csv(csv), lazy=True),
            "read_csv, as text": lambda: read_csv(csv),
            "load_cohort, checked": lambda: rls.load_cohort(csv_study),
        },
        f"Parquet, {parquet.stat().st_size / 1e6:.0f} MB": {
            "pandas.read_parquet": lambda: pd.read_parquet(parquet),
            "pandas and pandera": lambda: schema.validate(pd.read_parquet(parquet), lazy=True),
            "read_parquet, as it is": lambda: read_parquet(parquet),
            "load_cohort, checked": lambda: rls.load_cohort(parquet_study),
        },
    }


def run(n: int, repeats: int, *, profile: bool) -> None:
    """Print a table for each format: seconds of processor and wall, and their ratios to the first contender."""
    with tempfile.TemporaryDirectory() as folder:
        for title, functions in contenders(Path(folder), make_data(n)).items():
            spent: dict[str, list[tuple[float, float]]] = {name: [] for name in functions}
            for _ in range(repeats):
                for name, function in functions.items():
                    start, start_cpu = time.perf_counter(), time.process_time()
                    function()
                    spent[name].append((time.process_time() - start_cpu, time.perf_counter() - start))
            _print_table(f"n = {n:,}, {1 + sum(COLUMNS.values())} columns, {title}", spent)
            if profile:
                _print_profile(functions["load_cohort, checked"])


def _print_table(title: str, spent: dict[str, list[tuple[float, float]]]) -> None:
    medians = {
        name: [statistics.median(own) for own in zip(*times, strict=True)] for name, times in spent.items()
    }
    base = next(iter(medians.values()))
    print(f"\n{title}\n{'':24} {'CPU s':>8} {'ratio':>6} {'wall s':>8} {'ratio':>6}")
    for name, (cpu, wall) in medians.items():
        print(f"{name:24} {cpu:8.3f} {cpu / base[0]:6.2f} {wall:8.3f} {wall / base[1]:6.2f}", flush=True)


def _print_profile(function: Callable[[], object]) -> None:
    profile = cProfile.Profile()
    profile.runcall(function)
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def main() -> None:
    """Read the sizes and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    for n in arguments.sizes:
        run(n, arguments.repeats, profile=arguments.profile)


if __name__ == "__main__":
    main()
