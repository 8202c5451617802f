"""What every code of a problem means: title, meaning and what to do, from ``problem_codes.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

CODES_FILE = Path(__file__).resolve().with_name("problem_codes.toml")
SECTIONS = {
    "E": ("Refusals", "A file with one of these is not used."),
    "W": ("Warnings", "A file with these is used as it is. Each is worth a look before."),
    "N": ("Notes", "Worth knowing; nothing has to be done."),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code means.

    Parameters
    ----------
    code : str
        The code.
    title : str
        The problem in a few words.
    meaning : str
        What was found, and why that matters.
    what_to_do : str
        What to do next.
    """

    code: str
    title: str
    meaning: str
    what_to_do: str


@cache
def explanations() -> Mapping[str, Explanation]:
    """Return the explanation of every code, in alphabetical order within refusals, warnings and notes.

    Examples
    --------
    >>> explanations()["E_EMPTY"].title
    'Empty file'
    """
    table = tomllib.loads(CODES_FILE.read_text(encoding="utf-8"))
    order = list(SECTIONS)
    codes = sorted(table, key=lambda code: (order.index(code[0]), code))
    return MappingProxyType({code: Explanation(code, **table[code]) for code in codes})


def codes_page() -> str:
    """Return the manual's page of all codes, as Markdown: ``docs/problems.md`` is this text."""
    lines = [
        "# Problems and what to do about them",
        "",
        "Every problem that is found in a data file or a study file has a code that stays the same from version to version.",
        "`rlsstudy check FILE` lists the problems of a file; `--json` writes them as records, and the data-quality page explains",
        "the codes that occur. This page is generated from `rlsstudy/cohort/checks/problem_codes.toml`.",
    ]
    for letter, (title, meaning) in SECTIONS.items():
        lines += ["", f"## {title}", "", meaning]
        for one in explanations().values():
            if one.code.startswith(letter):
                lines += [
                    "",
                    f"### {one.code}",
                    "",
                    f"**{one.title}.** {one.meaning}",
                    "",
                    f"*What to do:* {one.what_to_do}",
                ]
    return "\n".join(lines) + "\n"
