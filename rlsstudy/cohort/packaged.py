"""The synthetic cohorts that come with the package, and how they are made."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rlsstudy._resources import data_folder
from rlsstudy.cohort.cohort import Cohort, LedgerEntry, Origin
from rlsstudy.cohort.raw_table import file_digest
from rlsstudy.cohort.read import load_cohort
from rlsstudy.cohort.simulate import simulate_cohort
from rlsstudy.cohort.write import write_atomically, write_cohort
from rlsstudy.declare.codebook import codebook
from rlsstudy.declare.rls import rls_model
from rlsstudy.declare.study import SyntheticData
from rlsstudy.declare.study_file import default_study
from rlsstudy.errors import CohortError, did_you_mean

PACKAGED: Mapping[str, SyntheticData] = {
    "clinic": SyntheticData(design="sleep_clinic", n=600, seed=2026),
    "population": SyntheticData(design="population", n=2000, seed=2026),
}
MANIFEST = "MANIFEST.toml"
CODEBOOK = "codebook.csv"
_PREAMBLE = """\
# Synthetic data: simulated from the declaration of rlsstudy, about nobody. Written by
# `python data_synthetic/build.py`, which a test runs and compares.
"""


def load_synthetic(name: str = "clinic") -> Cohort:
    """Load one of the packaged synthetic cohorts.

    Parameters
    ----------
    name : str
        ``"clinic"`` (600 people with RLS seen in a sleep clinic) or ``"population"`` (2,000 adults).

    Returns
    -------
    Cohort
        Read from the packaged file; the same as :func:`rlsstudy.simulate_cohort` gives for the
        design, size and seed of ``data_synthetic/MANIFEST.toml``.

    Raises
    ------
    CohortError
        No packaged cohort has that name, or its file is not the one that was packaged.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> rls.load_synthetic("clinic").n
    600
    """
    if name not in PACKAGED:
        raise CohortError(f"No packaged cohort is called '{name}'.{did_you_mean(name, PACKAGED)}")
    folder = data_folder()
    entry = tomllib.loads((folder / MANIFEST).read_text(encoding="utf-8"))["cohorts"][name]
    path = folder / f"{name}.csv"
    if file_digest(path) != entry["sha256"]:
        raise CohortError(
            f"The packaged file '{path.name}' is not the one that was packaged: its sha256 differs from {MANIFEST}. "
            "Install rlsstudy again, or load your own file with load_cohort."
        )
    asked = SyntheticData(entry["design"], entry["scenario"], entry["n"], entry["seed"])
    return _as_simulated(load_cohort(path), asked, entry)


def write_packaged(folder: Path) -> None:
    """Simulate the packaged cohorts and write them with their codebook and manifest.

    Parameters
    ----------
    folder : Path
        Where the files go; files of the same names are replaced.
    """
    entries = []
    for name, asked in PACKAGED.items():
        cohort = simulate_cohort(n=asked.n, seed=asked.seed, design=asked.design, scenario=asked.scenario)
        path = write_cohort(cohort, folder / f"{name}.csv")
        candidates = cohort.ledger[0].before
        entries.append(_manifest_entry(name, asked, cohort.model.digest, candidates, file_digest(path)))
    write_atomically(folder / CODEBOOK, _write_codebook)
    manifest = _PREAMBLE + "\n" + "\n".join(entries)
    write_atomically(
        folder / MANIFEST, lambda path: path.write_text(manifest, encoding="utf-8", newline="\n")
    )


def _manifest_entry(name: str, asked: SyntheticData, digest: str, candidates: int, sha256: str) -> str:
    return (
        f"[cohorts.{name}]\n"
        f'file = "{name}.csv"\n'
        f'design = "{asked.design}"\n'
        f'scenario = "{asked.scenario}"\n'
        f"n = {asked.n}\n"
        f"seed = {asked.seed}\n"
        f"candidates = {candidates}\n"
        f'declaration_sha256 = "{digest}"\n'
        f'sha256 = "{sha256}"\n'
    )


def _write_codebook(path: Path) -> None:
    rows = codebook(rls_model())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _as_simulated(cohort: Cohort, asked: SyntheticData, entry: Mapping[str, object]) -> Cohort:
    """Give a packaged file the study and origin of the simulation that it holds."""
    facts = {
        "file": str(entry["file"]),
        "sha256": str(entry["sha256"]),
        "declaration (sha256)": str(entry["declaration_sha256"]),
        "design": asked.design,
        "scenario": asked.scenario,
        "participants": str(asked.n),
        "seed": str(asked.seed),
    }
    candidates = int(str(entry["candidates"]))
    return replace(
        cohort,
        study=replace(default_study(), data=asked),
        origin=Origin(f"Synthetic data: the packaged cohort '{entry['file']}'.", True, facts),
        ledger=(
            LedgerEntry("simulated", "drawn from the declared population", candidates, candidates),
            LedgerEntry("packaged", f"design: {asked.design}", candidates, asked.n),
        ),
        notes=(),
    )
