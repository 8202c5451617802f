"""Planters of contradictions: values that are plausible each by itself and cannot be true together."""

from __future__ import annotations

import math

from rlsstudy.cohort.mess.sheet import Pick, Sheet, is_gap
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.scores import SumOf
from rlsstudy.declare.variable import Variable

SEX, MALE = "sex", "male"
WOMEN_ONLY = ("pregnant", "menstruating")
TOTAL = "irls_total"
CASE = "rls_case"
AGE, ONSET = "age", "age_onset"
LARGEST_ERROR = 5  # points by which a total is wrong, and years by which an onset lies ahead


def pregnant_man(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Say that a man is pregnant or, in data without pregnancy, that he menstruates."""
    del pick
    column = next((name for name in WOMEN_ONLY if name in sheet.variables), "")
    if not sheet.is_free(row, [SEX, column]) or sheet.texts[SEX][row] != MALE:
        return {}
    yes = sheet.variables[column].levels[-1]
    return {} if sheet.texts[column][row] == yes else {column: yes, SEX: MALE}


def wrong_total(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Write an IRLS total that is not the sum of its items; the items are kept as they are."""
    total = sheet.variables.get(TOTAL)
    items = total.equation.items if total is not None and isinstance(total.equation, SumOf) else ()
    cells = (TOTAL, *items)
    if not items or not sheet.is_free(row, cells) or any(is_gap(sheet.texts[name][row]) for name in cells):
        return {}
    right = int(sheet.texts[TOTAL][row])
    errors = [error for error in range(-LARGEST_ERROR, LARGEST_ERROR + 1) if error]
    wrong = [str(right + error) for error in errors if _is_plausible(right + error, total)]
    return {TOTAL: pick.one(wrong, "total"), **{item: sheet.texts[item][row] for item in items}}


def _is_plausible(value: int, variable: Variable | None) -> bool:
    if variable is None or variable.limits is None:
        return value >= 0
    return variable.limits[0] <= value <= variable.limits[1]


def score_without_rls(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Write a score for somebody who does not have RLS."""
    if not sheet.is_free(row, [CASE]) or sheet.texts[CASE][row] != sheet.variables[CASE].levels[0]:
        return {}
    columns = [
        name
        for name, variable in sheet.variables.items()
        if variable.applies_to == CASE and variable.kind is Kind.INTEGER and variable.limits is not None
        if sheet.is_free(row, [name]) and is_gap(sheet.texts[name][row])
    ]
    column = TOTAL if TOTAL in columns else (pick.one(columns, "column") if columns else "")
    if not column:
        return {}
    limits = sheet.variables[column].limits
    assert limits is not None
    scores = range(int(limits[0]) + 1, int(limits[1]) + 1)
    return {column: str(pick.one(scores, "score")), CASE: sheet.texts[CASE][row]}


def onset_ahead(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Let the complaints begin at an age that the participant has not reached."""
    cells = (AGE, ONSET)
    if not sheet.is_free(row, cells) or any(is_gap(sheet.texts[name][row]) for name in cells):
        return {}
    age = sheet.texts[AGE][row]
    years = pick.one(range(1, LARGEST_ERROR + 1), "years")
    return {ONSET: str(math.ceil(float(age)) + years), AGE: age}
