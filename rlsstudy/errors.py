"""The errors a user can meet, as one tree.

::

    RLSStudyError
    ├── DeclarationError      a model or a study contradicts itself       .problems
    │   ├── FormulaError      a model's formula is not made of what formulas are made of  .position
    │   └── StudyFileError    study.toml cannot be read as it stands                      .complaints
    ├── CohortError           data do not match the declaration           .problems
    ├── IdentificationError   the effect cannot be had from these columns .missing
    ├── EstimationError       the model could not be fitted
    └── DeliveryError         a notebook or report could not be written

Every message says what was found, what is allowed and what to do next, and never shows a
participant's value. Catch ``RLSStudyError`` to catch them all::

    try:
        cohort = rls.load_cohort("study.toml")
    except rls.errors.CohortError as error:
        for problem in error.problems:
            print(problem)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from rlsstudy.problems import printable

if TYPE_CHECKING:
    from rlsstudy.problems import Problem


class RLSStudyError(Exception):
    """The root of all errors that this package raises on purpose."""


class DeclarationError(RLSStudyError):
    """A model or a study was declared inconsistently.

    Parameters
    ----------
    message : str
        Everything that is wrong, in words.
    problems : sequence of str
        The same, one sentence for each problem; kept as ``.problems``. By default the message.
    """

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        self.problems = tuple(problems) or (message,)
        super().__init__(message)


class FormulaError(DeclarationError):
    """A model's formula is not made of what formulas are made of.

    Parameters
    ----------
    message : str
        What was found, where, and what is allowed.
    position : int
        The character at which reading stopped, from 1; kept as ``.position``.
    """

    def __init__(self, message: str, position: int) -> None:
        self.position = position
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One problem of a study file.

    Parameters
    ----------
    text : str
        What was found, what is allowed and what to do, in one or more sentences.
    code : str
        A stable code: ``E_UNKNOWN_KEY``, ``E_TOML``, ``E_FORMULA``, or ``E_STUDY_FILE`` for anything else.
    key : str
        The key it is about, with its tables: ``columns.sex.patern``; empty where it is about no single key.
    line : int, optional
        The line, where it is known.
    """

    text: str
    code: str = "E_STUDY_FILE"
    key: str = ""
    line: int | None = None


class StudyFileError(DeclarationError):
    """A study file cannot be read as it stands.

    Parameters
    ----------
    source : str
        The file's name.
    complaints : sequence of Complaint or str
        Every problem found; kept as ``.complaints``, and their texts as ``.problems``.
    """

    def __init__(self, source: str, complaints: Sequence[Complaint | str]) -> None:
        self.complaints = tuple(Complaint(one) if isinstance(one, str) else one for one in complaints)
        texts = [complaint.text for complaint in self.complaints]
        super().__init__(f"The study file '{source}' cannot be used:\n{bullet_list(texts)}", texts)


class CohortError(RLSStudyError):
    """Data do not match their declaration.

    Parameters
    ----------
    headline : str
        What was being read or checked.
    problems : sequence of Problem
        Every problem found; kept as ``.problems``.
    """

    def __init__(self, headline: str, problems: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems]
        super().__init__(f"{headline}\n{bullet_list(lines)}" if lines else headline)


class IdentificationError(RLSStudyError):
    """The effect cannot be had from the measured columns.

    Parameters
    ----------
    message : str
        What is asked and why it cannot be answered.
    missing : sequence of str
        Declared variables that would have to be measured; kept as ``.missing``.
    """

    def __init__(self, message: str, missing: Sequence[str] = ()) -> None:
        self.missing = tuple(missing)
        super().__init__(message)


class EstimationError(RLSStudyError):
    """A model could not be fitted to these data."""


class DeliveryError(RLSStudyError):
    """A notebook or a report could not be written."""


def bullet_list(lines: Iterable[str]) -> str:
    """Write each line as an indented bullet, without characters that could steer a terminal."""
    return "\n".join(f"  - {printable(line)}" for line in lines)


def did_you_mean(name: str, allowed: Iterable[str], *, from_data: bool = False) -> str:
    """Suggest the nearest allowed name, or list what is allowed when there are few.

    Names ``from_data`` are never listed: the first line of a file without a header is a participant.
    """
    allowed = list(allowed)
    near = get_close_matches(name, allowed, n=1, cutoff=0.6)
    if near:
        return f" Did you mean '{near[0]}'?"
    if len(allowed) <= 12 and not from_data:
        return f" Allowed: {', '.join(allowed)}."
    return ""
