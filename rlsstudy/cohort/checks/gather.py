"""Telling a note once that would be told of many columns in the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rlsstudy.problems import Problem, Severity, counted

MOST_ALIKE = 8  # columns of one file that are told one by one


def gathered(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems, with notes of one kind on many columns of a file as one.

    Parameters
    ----------
    problems : sequence of Problem
        What was found, in order. Refusals and warnings stay one by one: each asks for something to be done.

    Returns
    -------
    list of Problem
        In the same order; the note on the first column says how many others have it, and counts them all.
    """
    alike: dict[tuple[str, str | None], list[Problem]] = {}
    for problem in problems:
        if problem.severity is Severity.NOTE and problem.column is not None:
            alike.setdefault((problem.code, problem.file), []).append(problem)
    told: list[Problem] = []
    for problem in problems:
        same = alike.get((problem.code, problem.file), []) if problem.severity is Severity.NOTE else []
        if problem.column is None or len(same) <= MOST_ALIKE:
            told.append(problem)
        elif problem is same[0]:
            others = counted(len(same) - 1, "other column")
            message = f"{problem.message}, and so have {others}"
            told.append(replace(problem, message=message, count=sum(one.count for one in same)))
    return told
