"""The synthetic cohorts that come with the package, and how they are made."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rlsstudy._resources import data_folder
from rlsstudy.cohort.cohort import Cohort, LedgerEntry, Origin
from rlsstudy.cohort.files.raw_table import file_digest
from rlsstudy.cohort.mess.write_messy import write_messy
from rlsstudy.cohort.read import load_cohort
from rlsstudy.cohort.simulate import simulate_cohort
from rlsstudy.cohort.write.cohort_file import write_atomically, write_cohort
from rlsstudy.declare.codebook import codebook
from rlsstudy.declare.data_files import SYNTHETIC_KEY, DataFiles
from rlsstudy.declare.rls import rls_model
from rlsstudy.declare.study import Study, SyntheticData
from rlsstudy.declare.study_file import default_study
from rlsstudy.errors import CohortError, did_you_mean

PACKAGED: Mapping[str, SyntheticData] = {
    "clinic": SyntheticData(design="sleep_clinic", n=600, seed=2026),
    "population": SyntheticData(design="population", n=1200, seed=2026),
    "vein_clinic": SyntheticData(design="vein_clinic", n=500, seed=2026),
    "trial": SyntheticData(design="follow_up_trial", n=650, seed=2026),
}
MESSY = SyntheticData(design="sleep_clinic", n=200, seed=2027)
MESSY_FILES = ("messy.csv", "messy_key.csv")
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
        ``"clinic"`` (600 people with RLS seen in a sleep clinic), ``"population"`` (1,200 adults),
        ``"vein_clinic"`` (500 patients with and without RLS) or ``"trial"`` (650 people with RLS in
        thirteen arms, seen four times).

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
        if f"{name}.csv" in MESSY_FILES:
            raise CohortError(
                f"'{name}' is a file to be cleaned and not a cohort. `synthetic_file(\"{name}.csv\")` says where it is."
            )
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
    study = _study_of(asked)
    read = load_cohort(replace(study, data=DataFiles((path,), SYNTHETIC_KEY, ())))
    return _as_simulated(read, replace(study, data=asked), entry)


def synthetic_file(name: str) -> Path:
    """Return where a packaged file of synthetic data is.

    Parameters
    ----------
    name : str
        ``"clinic.csv"`` and the like, ``"codebook.csv"``, or ``"messy.csv"`` with ``"messy_key.csv"``: 200 patients as a
        careless export would give them, and the list of what was spoilt.

    Returns
    -------
    Path
        The file; copy it before you change it.

    Raises
    ------
    CohortError
        No file of that name is packaged.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> rls.synthetic_file("messy.csv").name
    'messy.csv'
    """
    names = (*(f"{cohort}.csv" for cohort in PACKAGED), *MESSY_FILES, CODEBOOK)
    if name not in names:
        raise CohortError(f"No packaged file is called '{name}'.{did_you_mean(name, names)}")
    return data_folder() / name


def _study_of(asked: SyntheticData) -> Study:
    study = default_study()
    return replace(study, model=study.model.in_setting(asked.design, asked.scenario))


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
    messy = simulate_cohort(n=MESSY.n, seed=MESSY.seed, design=MESSY.design)
    write_messy(messy, folder / MESSY_FILES[0], seed=MESSY.seed)
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


def _as_simulated(cohort: Cohort, study: Study, entry: Mapping[str, object]) -> Cohort:
    """Give a packaged file the study and origin of the simulation that it holds."""
    asked = study.data
    assert isinstance(asked, SyntheticData)
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
        study=study,
        origin=Origin(f"Synthetic data: the packaged cohort '{entry['file']}'.", True, facts),
        ledger=(
            LedgerEntry("simulated", "drawn from the declared population", candidates, candidates),
            LedgerEntry("packaged", f"design: {asked.design}", candidates, asked.n),
        ),
        notes=(),
    )
