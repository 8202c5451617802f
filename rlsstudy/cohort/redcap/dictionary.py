"""Reading REDCap's data dictionary: a CSV file of one row per field, in 18 columns or fewer."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rlsstudy.cohort.files.raw_table import check_size, limit_problem, refuse
from rlsstudy.cohort.redcap.fields import CHOSEN, as_dictionary
from rlsstudy.cohort.redcap.rows import FieldRow, Findings, read_choices
from rlsstudy.declare.dictionary import Dictionary
from rlsstudy.problems import Problem

LARGEST_DICTIONARY = 64 * 2**20  # bytes; the widest known project has 2 MB
HEADER = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
# What each part of a field is called, as letters and digits alone: on the page, by the API, in old versions.
PLACES: Mapping[str, tuple[str, ...]] = {
    "name": ("variablefieldname", "fieldname", "variable"),
    "form": ("formname",),
    "type": ("fieldtype",),
    "label": ("fieldlabel",),
    "choices": (
        "choicescalculationsorsliderlabels",
        "selectchoicesorcalculations",
        "choicesorcalculations",
        "choicesorcalculationsorsliderlabels",
    ),
    "validation": ("textvalidationtypeorshowslidernumber", "textvalidationtype"),
    "lowest": ("textvalidationmin",),
    "highest": ("textvalidationmax",),
    "identifier": ("identifier",),
    "branching": ("branchinglogicshowfieldonlyif", "branchinglogic"),
    "required": ("requiredfield",),
    "annotation": ("fieldannotation",),
    "unit": ("fieldunits",),
}
NEEDED = ("name", "form", "type", "label")
YES, NO = ("y", "yes", "1", "true"), ("", "n", "no", "0", "false")
# R writes an empty cell as NA; no part but a name or a label can be NA itself.
WRITTEN_BY_R = "NA"
FIRST_NAME = re.compile(r'\s*(?:"[^"]*"|[^",;\t\r\n]*)([,;\t])')
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


def read_redcap_dictionary(path: Path, encoding: str = "utf-8") -> Dictionary:
    """Read a REDCap data dictionary as CSV.

    Checkboxes become one field for each box, and every form ends with its ``_complete`` field. The first field is
    the key. The file may come from the project's page (18 columns, 15 to 17 in old versions) or from the API.
    Units are taken from the old column "Field Units" or the tag ``@UNIT="…"`` alone, and missing data codes, which
    REDCap keeps in the project's settings, from the tag ``@MISSINGDATACODES="code, reason | …"``: on the first field
    for the whole project, else for its own field.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str
        Its text encoding, where it has no mark of its own.

    Raises
    ------
    CohortError
        With one `E_DICTIONARY` for each fault, or because the file is no such dictionary.
    """
    return read_with_notes(path, encoding)[0]


def read_with_notes(path: Path, encoding: str = "utf-8") -> tuple[Dictionary, tuple[Problem, ...]]:
    """Read a data dictionary, and say what of it the neutral form leaves out.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str
        Its text encoding, where it has no mark of its own.

    Returns
    -------
    dictionary : Dictionary
        The fields.
    notes : tuple of Problem
        One `N_DICTIONARY` for each limit and validation that is left out.

    Raises
    ------
    CohortError
        As `read_redcap_dictionary` does.
    """
    text = _text(path, encoding)
    records = _records(path, text)
    line, header = next(records, (1, []))
    places = _places(path, line, header)
    findings = Findings(path.name, {place: header[index].strip() for place, index in places.items()})
    rows = []
    for line, cells in records:
        if len(cells) > len(header):
            message = f"A row of '{path.name}' has more cells than the header"
            findings.fault(line, "name", message, hint="Put text that holds a separator in quotes.")
        rows.append(_row(line, cells, places, findings))
    dictionary = as_dictionary(rows, findings)
    return dictionary, tuple(findings.problems)


def _text(path: Path, encoding: str) -> str:
    """Return the text of a file."""
    check_size(path)
    if path.stat().st_size > LARGEST_DICTIONARY:
        size = f"{path.stat().st_size:,} bytes"
        raise refuse(path, limit_problem(path.name, size, f"at most {LARGEST_DICTIONARY:,} bytes"))
    content = path.read_bytes()
    marked = next((own for mark, own in MARKS.items() if content.startswith(mark)), encoding)
    try:
        text = content.decode(marked)
    except (UnicodeDecodeError, LookupError) as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = len(re.findall(rb"\r\n|\r|\n", content[:start])) + 1
        hint = "Save it as 'CSV UTF-8', or declare its encoding in [files]."
        message = f"The REDCap dictionary '{path.name}' is not in the encoding {encoding}"
        raise refuse(path, Problem("E_ENCODING", message, hint=hint, file=path.name, line=line)) from error
    if "\0" in text:
        message = f"'{path.name}' holds a zero byte, as text never does"
        raise refuse(path, Problem("E_NOT_CSV", message, file=path.name))
    return text


def _records(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line in which it begins; empty lines are passed over."""
    found = FIRST_NAME.match(text)
    delimiter = found.group(1) if found else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    end = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield end + 1, cells
            end = reader.line_num
    except csv.Error as error:
        message = f"'{path.name}' has a quote out of place or without an end, or a cell that is too long"
        allowed = "quotes around a whole cell, and doubled inside it"
        problem = Problem("E_DICTIONARY", message, allowed=allowed, file=path.name, line=end + 1)
        raise refuse(path, problem) from error


def _places(path: Path, line: int, header: Sequence[str]) -> dict[str, int]:
    """Find where each part of a field stands."""
    plain = [re.sub("[^a-z0-9]", "", name.casefold()) for name in header]
    places: dict[str, int] = {}
    for place, names in PLACES.items():
        found = [index for index, name in enumerate(plain) if name in names]
        if len(found) > 1:
            message = f"'{path.name}' has the column '{header[found[1]].strip()}' twice"
            problem = Problem("E_DICTIONARY", message, allowed="18 columns of different names", line=line)
            raise refuse(path, problem)
        places |= dict.fromkeys([place], found[0]) if found else {}
    lacking = [HEADER[(0, 1, 3, 4)[index]] for index, place in enumerate(NEEDED) if place not in places]
    if lacking:
        message = f"'{path.name}' is not a REDCap data dictionary: its header lacks {', '.join(lacking)}"
        hint = "Download it in REDCap under 'Data Dictionary', and leave its first line as it is."
        allowed = f"the columns {', '.join(HEADER[:4])}, … in the first line"
        raise refuse(
            path, Problem("E_DICTIONARY", message, allowed=allowed, hint=hint, file=path.name, line=line)
        )
    return places


def _row(line: int, cells: Sequence[str], places: Mapping[str, int], findings: Findings) -> FieldRow:
    """Return one field; a row that is cut short has nothing in its last columns, as REDCap reads it."""
    given = {place: cells[index].strip() if index < len(cells) else "" for place, index in places.items()}
    for place in given.keys() - {"name", "label"}:
        given[place] = "" if given[place] == WRITTEN_BY_R else given[place]
    row = FieldRow(line, given["name"], given["form"], given["type"].lower(), given["label"])
    for place in ("lowest", "highest", "branching", "annotation", "unit"):
        setattr(row, place, given.get(place, ""))
    row.validation = given.get("validation", "").lower()
    row.identifier = _is_yes("identifier", given, row, findings)
    row.required = _is_yes("required", given, row, findings)
    chosen = row.type in CHOSEN or row.type == "select"
    if chosen:
        row.choices, row.choices_fault = read_choices(given.get("choices", ""))
    return row


def _is_yes(place: str, given: Mapping[str, str], row: FieldRow, findings: Findings) -> bool:
    answer = given.get(place, "").lower()
    if answer not in YES + NO:
        text = f"The mark of the field '{row.name}' is neither y nor left out"
        findings.fault(row.line, place, text, "y, or nothing")
    return answer in YES
