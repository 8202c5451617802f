"""Which reader reads which file: chosen by the ending of its name, and run where a fault in it does no harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from rlsstudy.cohort.files.raw_table import RawTable, check_size, refuse
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.problems import Problem

Reader = Callable[[Path, FileOptions], RawTable]

TEXT = (".csv", ".tsv", ".tab", ".txt", ".csv.gz", ".tsv.gz", ".csv.zip")
SHEET = (".xlsx", ".xlsm", ".xls", ".ods")
SPSS = (".sav", ".zsav", ".por")
STATA = (".dta",)
SAS = (".xpt", ".xpt5", ".sas7bdat")
ARROW = (".parquet", ".pq", ".feather", ".arrow")

# The module of each ending, and its function of the same name; a reader's libraries are loaded when it is needed.
MODULES: Mapping[str, str] = MappingProxyType(
    {
        ending: module
        for module, endings in (
            ("read_csv", TEXT),
            ("read_sheet", SHEET),
            ("read_spss", SPSS),
            ("read_stata", STATA),
            ("read_sas", SAS),
            ("read_parquet", ARROW),
        )
        for ending in endings
    }
)
ENDINGS = tuple(MODULES)
REDCAP = ("rlsstudy.cohort.redcap.exports", "read_redcap")  # for exports of REDCap, in whichever format

PICKLED = (".pkl", ".pickle", ".joblib")
PICKLE_STARTS = tuple(bytes((0x80, protocol)) for protocol in range(2, 6))

USUAL_HINT = "Export the data in one of these formats."
PROGRAM = "It is a program and holds no data: run it where it belongs, and give the file that it writes."
PACKED = "Unpack it, and give the file inside."
DATABASE = "Export the table of the study as CSV."
R_DATA = "In R, write the data frame with arrow::write_parquet() or write.csv()."
PAGE = "Open it where it belongs, and save the table as CSV or xlsx."
HINTS: Mapping[str, str] = MappingProxyType(
    {
        ".json": "Export the records as CSV.",
        ".xml": "Export the records as CSV; a REDCap project's XML belongs under dictionary in [files].",
        **dict.fromkeys((".html", ".htm", ".pdf", ".docx", ".numbers", ".xlsb"), PAGE),
        **dict.fromkeys((".sps", ".do", ".sas", ".r", ".py", ".ipynb"), PROGRAM),
        **dict.fromkeys((".rds", ".rdata", ".rda"), R_DATA),
        **dict.fromkeys((".zip", ".gz", ".7z", ".tar", ".bz2", ".xz", ".zst"), PACKED),
        **dict.fromkeys((".db", ".sqlite", ".mdb", ".accdb", ".duckdb"), DATABASE),
        ".sas7bcat": "It holds the labels of a .sas7bdat file: give that one, and this under catalogue in [files].",
        ".toml": "A study file says which data files are read; it is not one of them.",
    }
)


def read_table(path: Path, options: FileOptions = AS_IT_IS) -> RawTable:
    """Read a data file of any known format.

    Parameters
    ----------
    path : Path
        The file. The ending of its name says what it is.
    options : FileOptions
        How it is to be read.

    Returns
    -------
    RawTable
        What is in it. Binary formats are read in a process of their own, within limits of memory and time,
        because their parsers can fail in every way on a damaged file.

    Raises
    ------
    CohortError
        The file is not there, of a format that is not known, too large, or damaged.

    Examples
    --------
    >>> read_table(Path("no_such_file.sav"))
    Traceback (most recent call last):
    rlsstudy.errors.CohortError: 'no_such_file.sav' cannot be read:
      - There is no file 'no_such_file.sav'. Check the name; names in a study file count from its folder.
    """
    check_size(path)
    if _known_ending(path) in TEXT:
        return read_here(path, options)
    from rlsstudy.cohort.files.child import read_in_child

    return read_in_child(path, options)


def read_here(path: Path, options: FileOptions) -> RawTable:
    """Read a data file of any known format in this process.

    Parameters
    ----------
    path : Path
        The file.
    options : FileOptions
        How it is to be read.

    Returns
    -------
    RawTable
        What is in it.

    Raises
    ------
    CohortError
        As the reader of the format finds it.
    """
    check_size(path)
    name = MODULES[_known_ending(path)]
    module = f"rlsstudy.cohort.files.{name}"
    if options.redcap is not None or options.dictionary is not None:
        module, name = REDCAP
    reader: Reader = getattr(import_module(module), name)
    return reader(path, options)


def ending(path: Path) -> str:
    """Return the ending that says what a file is, in small letters; of two where the last one is a packing.

    Parameters
    ----------
    path : Path
        The file.

    Examples
    --------
    >>> ending(Path("visits.2024.CSV.gz")), ending(Path("visits.2024.sav"))
    ('.csv.gz', '.sav')
    """
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    both = "".join(suffixes)
    return both if both in MODULES else "".join(suffixes[-1:])


def _known_ending(path: Path) -> str:
    """Return the ending of a file; refuse one that is not known, and a pickle under any name."""
    found = ending(path)
    with path.open("rb") as file:
        start = file.read(2)
    if found in PICKLED or start in PICKLE_STARTS:
        raise refuse(path, _pickle(path.name))
    if found not in MODULES:
        message = f"'{path.name}' has an ending that is not known"
        hint = HINTS.get(found, USUAL_HINT)
        raise refuse(
            path, Problem("E_FORMAT", message, allowed=", ".join(ENDINGS), hint=hint, file=path.name)
        )
    return found


def _pickle(file: str) -> Problem:
    hint = "Reading a pickle runs whatever is written in it. Write the data as Parquet or CSV, and results as JSON."
    return Problem(
        "E_PICKLE", f"'{file}' is a pickle", allowed="JSON or Parquet results", hint=hint, file=file
    )
