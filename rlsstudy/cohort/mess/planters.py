"""Planters of defects: each sees the clean texts of a row and returns the texts that take their place.

A text that is returned unchanged is kept free of other defects, so that what the hint says about the
row stays true.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.cohort import ABOVE_DETECTION, BELOW_DETECTION, NOT_APPLICABLE
from rlsstudy.cohort.mess.sheet import SLIP_UNITS, Pick, Planter, Sheet, is_gap, slip_unit
from rlsstudy.declare.kinds import Domain
from rlsstudy.problems import plain_number

if TYPE_CHECKING:
    from rlsstudy.declare.variable import Variable

VISIT_DATE = "visit_date"
FIRST_VISIT, LAST_VISIT = datetime.date(2024, 1, 8), datetime.date(2024, 6, 28)
SENTINELS = ("-9", "999", "9999", "n/a")
NEIGHBOURS = (("sbp", "dbp"), ("hdl", "ldl"), ("height", "weight"), ("ferritin", "haemoglobin"))
LEADING_ZERO = re.compile(r"-?0\d")
LONGEST_SHIFT = 8  # cells


def in_slip_unit(text: str, variable: Variable) -> str:
    """Write a number in the other unit, fine enough to be turned back to the instrument's step."""
    slip = slip_unit(variable)
    assert slip is not None
    value = float(text) / slip[1]
    if variable.resolution is None:
        return plain_number(value)
    decimals = -math.floor(math.log10(variable.resolution / slip[1]) + 1e-9)
    return np.format_float_positional(round(value, max(decimals, 0)), trim="-")


def unit_of_value(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Write one value in another unit."""
    columns = [c for c in sheet.numbers(row) if slip_unit(sheet.variables[c]) and sheet.texts[c][row] != "0"]
    if not columns:
        return {}
    column = pick.one(columns, "column")
    return {column: in_slip_unit(sheet.texts[column][row], sheet.variables[column])}


def unit_of_group(group: str, *, in_blood: bool) -> Planter:
    """Return the planter that writes one column of a site or batch in another unit.

    A batch is one of blood samples; at a site something else is taken where there is a choice.
    """

    def plant(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
        units = [name for name, variable in sheet.variables.items() if slip_unit(variable)]
        blood = [name for name in units if sheet.variables[name].domain is Domain.IRON]
        others = [name for name in units if name not in blood] or units
        choice = blood if in_blood else others
        usual = [name for name in choice if name in SLIP_UNITS] or choice
        column = pick.one(usual, "column") if usual else ""
        if column not in sheet.numbers(row) or sheet.texts[column][row] == "0":
            return {}
        text = in_slip_unit(sheet.texts[column][row], sheet.variables[column])
        return {column: text, group: sheet.texts[group][row]}

    return plant


def decimal_comma(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Write a decimal comma."""
    columns = [column for column in sheet.numbers(row) if "." in sheet.texts[column][row]]
    if not columns:
        return {}
    column = pick.one(columns, "column")
    return {column: sheet.texts[column][row].replace(".", ",")}


def _date(change: Callable[[datetime.date], str]) -> Planter:
    """Return the planter that writes another date; none where the change gives no text."""

    def plant(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
        del pick
        if VISIT_DATE in sheet.variables or not sheet.is_free(row, [VISIT_DATE]):
            return {}
        text = change(datetime.date.fromisoformat(sheet.texts[VISIT_DATE][row]))
        return {VISIT_DATE: text} if text else {}

    return plant


def _swapped_day(day: datetime.date) -> str:
    """Swap day and month where the result is a date after the last visit."""
    return f"{day.year}-{day.day:02d}-{day.month:02d}" if LAST_VISIT.month < day.day <= 12 else ""


february_31 = _date(lambda day: f"{day.year}-02-31")
year_1899 = _date(lambda day: f"1899-{day:%m-%d}")
future = _date(lambda day: f"{day.year + 10}-{day:%m-%d}")
day_month = _date(_swapped_day)


def sentinel(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Write a number or a word in a gap of a column of numbers."""
    columns = [
        name
        for name, variable in sheet.variables.items()
        if not variable.has_levels and sheet.is_free(row, [name]) and _is_true_gap(sheet.texts[name][row])
    ]
    return {pick.one(columns, "column"): pick.one(SENTINELS, "text")} if columns else {}


def _is_true_gap(text: str) -> bool:
    """Whether a value is absent that there is: not for a reason that is itself a finding."""
    findings = (NOT_APPLICABLE, BELOW_DETECTION, ABOVE_DETECTION)
    return is_gap(text) and text not in [f"[{reason}]" for reason in findings]


def out_of_limits(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Write a number far above the highest plausible one."""
    columns = [c for c in sheet.numbers(row) if (sheet.variables[c].limits or (0, 0))[1] > 0]
    if not columns:
        return {}
    column = pick.one(columns, "column")
    limits = sheet.variables[column].limits
    assert limits is not None
    return {column: str(math.ceil(limits[1] * (1.5 + pick.uniform("size"))))}


def digits_swapped(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Swap the first two neighbouring digits that differ."""
    swapped = {column: swap_digits(sheet.texts[column][row]) for column in sheet.numbers(row)}
    columns = [column for column, text in swapped.items() if text]
    if not columns:
        return {}
    column = pick.one(columns, "column")
    return {column: swapped[column]}


def swap_digits(text: str) -> str:
    """Swap the first two neighbouring digits that differ; empty where no other number comes of it."""
    for place in range(len(text) - 1):
        first, second = text[place], text[place + 1]
        swapped = text[:place] + second + first + text[place + 2 :]
        if (first + second).isdigit() and first != second and not LEADING_ZERO.match(swapped):
            return swapped
    return ""


def swapped_columns(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Write two measurements in each other's column."""
    there = set(sheet.numbers(row))
    pairs = [
        (one, other)
        for one, other in NEIGHBOURS
        if {one, other} <= there and sheet.texts[one][row] != sheet.texts[other][row]
    ]
    if not pairs:
        return {}
    one, other = pick.one(pairs, "pair")
    return {one: sheet.texts[other][row], other: sheet.texts[one][row]}


def shifted_row(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Move values one column to the right up to the next gap, which takes the last of them."""
    names = list(sheet.variables)
    stretches = [names[end - length : end + 1] for end, length in _stretches(sheet, row, names)]
    if not stretches:
        return {}
    stretch = pick.one(stretches, "stretch")
    texts = [sheet.texts[name][row] for name in stretch]
    return dict(zip(stretch, ["", *texts[:-1]], strict=True))


def _stretches(sheet: Sheet, row: int, names: Sequence[str]) -> list[tuple[int, int]]:
    """Return where a gap follows at least three free values, and how many (at most the longest shift)."""
    found, run = [], 0
    for place, name in enumerate(names):
        if not sheet.is_free(row, [name]):
            run = 0
        elif is_gap(sheet.texts[name][row]):
            if run >= 3:
                found.append((place, min(run, LONGEST_SHIFT)))
            run = 0
        else:
            run += 1
    return found


def level_spelling(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Spell a level otherwise: a capital, capitals, its first letter, or without its last."""
    spellings = {
        column: other_spellings(sheet.texts[column][row], sheet.variables[column].levels)
        for column in sheet.levels(row)
    }
    columns = [column for column, texts in spellings.items() if texts]
    if not columns:
        return {}
    column = pick.one(columns, "column")
    return {column: pick.one(spellings[column], "spelling")}


def other_spellings(level: str, levels: Sequence[str]) -> list[str]:
    """Return other spellings of a level that no other level could be meant by."""
    capital = level[:1].upper() + level[1:]
    texts = [capital, level.upper(), f"{level} "]
    if sum(other[:1].casefold() == level[:1].casefold() for other in levels) == 1:
        texts.append(level[:1].upper())
    if len(level) > 4:
        texts.append(capital[:-1])
    plain = {other.casefold(): other for other in levels}
    return [
        text
        for text in dict.fromkeys(texts)
        if text != level and plain.get(text.strip().casefold(), level) == level
    ]


def trailing_blank(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Add a blank to a level."""
    columns = sheet.levels(row)
    if not columns:
        return {}
    column = pick.one(columns, "column")
    return {column: f"{sheet.texts[column][row]} "}


def about(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Write a number with a word or a sign to it."""
    columns = sheet.numbers(row)
    if not columns:
        return {}
    column = pick.one(columns, "column")
    text, unit = sheet.texts[column][row], sheet.variables[column].unit
    return {column: pick.one([f"~{text}", f"{text}?", f"ca. {text}", f"{text} {unit}".strip() + "."], "text")}


def bound(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Write the bound of the instrument in a gap that is a finding: below or above detection."""
    signs = {f"[{BELOW_DETECTION}]": ("<", 0), f"[{ABOVE_DETECTION}]": (">", 1)}
    texts = {}
    for name, variable in sheet.variables.items():
        sign, end = signs.get(sheet.texts[name][row], ("", 0))
        limit = variable.detection[end]
        if sign and limit is not None and sheet.is_free(row, [name]):
            texts[name] = f"{sign}{plain_number(limit)}"
    if not texts:
        return {}
    column = pick.one(list(texts), "column")
    return {column: texts[column]}


def one_value_changed(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Write another number for one value: the digits swapped, else a step more."""
    columns = sheet.numbers(row)
    if not columns:
        return {}
    column = pick.one(columns, "column")
    text = sheet.texts[column][row]
    return {column: swap_digits(text) or plain_number(float(text) + 1)}


def nothing_changed(sheet: Sheet, row: int, pick: Pick) -> dict[str, str]:
    """Change nothing: the copy of a row is the defect."""
    del sheet, row, pick
    return {}
