"""One row of a REDCap dictionary, as CSV and XML write it: its choices, its tags, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem, Severity

FAULT, REMARK = "E_DICTIONARY", "N_DICTIONARY"
MOST_PROBLEMS = 1_000
SECONDS_PER_DAY = 86_400
NAME = re.compile(r"[a-z][a-z0-9_]*")
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
TAG = r'(?:^|\s)@{}\s*=\s*(?:"([^"]*)"|\'([^\']*)\')'

Choices = tuple[tuple[str, str], ...]


@dataclass
class FieldRow:
    """One field as its dictionary has it; a checkbox is one row, whatever the number of its boxes."""

    line: int
    name: str
    form: str
    type: str
    label: str = ""
    choices: Choices = ()
    choices_fault: str = "there are no choices"
    validation: str = ""
    lowest: str = ""
    highest: str = ""
    identifier: bool = False
    required: bool = False
    branching: str = ""
    annotation: str = ""
    unit: str = ""


@dataclass
class Findings:
    """Faults and remarks about one dictionary, with what the file calls the places of a row."""

    file: str
    columns: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def fault(self, line: int, place: str, message: str, allowed: str = "", hint: str = "") -> None:
        """Add what makes the dictionary unusable."""
        self._add(FAULT, Severity.REFUSE, line, place, message, allowed, hint)

    def remark(self, line: int, place: str, message: str, hint: str = "") -> None:
        """Add what is left out of the neutral form."""
        self._add(REMARK, Severity.NOTE, line, place, message, "", hint)

    def _add(self, code: str, severity: Severity, line: int, place: str, *texts: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            message, allowed, hint = texts
            column = self.columns.get(place, place)
            self.problems.append(Problem(code, message, severity, allowed, hint, self.file, column, line))

    def refuse(self) -> None:
        """Raise every fault there is.

        Raises
        ------
        CohortError
            With one `E_DICTIONARY` for each fault.
        """
        faults = [problem for problem in self.problems if problem.severity is Severity.REFUSE]
        if faults:
            faults.sort(key=lambda problem: problem.line or 0)
            raise CohortError(f"The REDCap dictionary '{self.file}' cannot be used:", faults)


def read_choices(text: str) -> tuple[Choices, str]:
    """Tell choices apart: ``1, Yes | 2, No``, or one in each line.

    Parameters
    ----------
    text : str
        As the dictionary writes them.

    Returns
    -------
    choices : tuple of (str, str)
        Codes and labels, in order; a choice without a label has its code for one.
    fault : str
        What is wrong with them; empty when nothing is.

    Examples
    --------
    >>> read_choices("1, Yes, often | -9, not asked")
    ((('1', 'Yes, often'), ('-9', 'not asked')), '')
    """
    parts = text.split("|") if "|" in text else re.split(r"\r\n|\r|\n|\\n", text)
    choices = []
    for place, part in enumerate((part.strip() for part in parts), 1):
        code, comma, label = (piece.strip() for piece in part.partition(","))
        if part and not (code and comma):
            return (), f"choice {place} has no code and comma before its label"
        if part:
            choices.append((code, " ".join(label.split()) or code))
    return tuple(choices), choices_fault(choices)


def choices_fault(choices: Sequence[tuple[str, str]]) -> str:
    """Say what is wrong with choices, if anything."""
    if not choices:
        return "there are no choices"
    if len({code for code, _ in choices}) < len(choices):
        return "two choices have one code"
    return ""


def tagged(tag: str, annotation: str) -> str:
    """Return the text of an action tag: ``@UNIT="ng/mL"``."""
    found = re.search(TAG.format(tag), annotation)
    return (found.group(1) or found.group(2) or "") if found else ""


def tagged_codes(row: FieldRow, findings: Findings) -> dict[str, str]:
    """Return the codes for missing values that a field's annotation declares."""
    text = tagged("MISSINGDATACODES", row.annotation)
    if not text:
        return {}
    choices, fault = read_choices(text)
    if fault:
        message = f"The missing data codes of the field '{row.name}' cannot be read: {fault}"
        findings.fault(row.line, "annotation", message, "code, reason | code, reason")
    return dict(choices)
