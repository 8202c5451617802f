"""Judging cells as text: numbers, levels, dates, words; each different cell once, a whole column at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rlsstudy.cohort.checks.cell_rule import LARGEST_WHOLE, CellRule, Verdicts, by_number
from rlsstudy.cohort.checks.dates import judge_dates
from rlsstudy.cohort.checks.patterns import (
    CENSORED,
    CONTROL,
    EXCEL_DATE_OF_WORD,
    INFINITE,
    LEADING_ZERO,
    MOJIBAKE,
    is_number,
    number_pattern,
)
from rlsstudy.cohort.cohort import ABOVE_DETECTION, BELOW_DETECTION, NOT_RECORDED
from rlsstudy.cohort.files.raw_columns import CellKind, TextColumn
from rlsstudy.declare.kinds import Kind

if TYPE_CHECKING:
    from rlsstudy.cohort.checks.gaps import Mask
    from rlsstudy.cohort.files.raw_columns import Floats

Words = Any  # a pyarrow array of texts; pyarrow has no types


def judge_texts(raw: TextColumn, rule: CellRule) -> Verdicts:
    """Say what each different cell of a column is.

    Parameters
    ----------
    raw : TextColumn
        The column.
    rule : CellRule
        What its cells may be.

    Returns
    -------
    Verdicts
        One entry for each cell of ``raw.distinct``; no cell is left open.
    """
    words = as_words(raw)
    verdicts = Verdicts.on(len(words))
    kind = rule.variable.kind
    if not raw.is_told:
        _find_gaps(words, rule.gaps, verdicts)
    elif kind is not Kind.TEXT:
        _find_gaps(words, {"": NOT_RECORDED, **rule.missing}, verdicts)
    if kind is Kind.TEXT:
        _judge_words(words, raw, rule, verdicts)
    elif kind is Kind.DATE:
        _find_blanks(words, verdicts)
        judge_dates(raw, rule, verdicts)
    elif rule.variable.has_levels:
        _judge_levels(words, raw, rule, verdicts)
    else:
        _judge_numbers(words, raw, rule, verdicts)
    return verdicts


def as_words(raw: TextColumn) -> Words:
    """Return the different cells for pyarrow; what is no Unicode is replaced by question marks."""
    import pyarrow as pa

    try:
        return pa.array(raw.distinct, pa.large_string())
    except UnicodeEncodeError:
        mended = [cell.encode("utf-8", "replace").decode("utf-8") for cell in raw.distinct]
        return pa.array(mended, pa.large_string())


def matches(words: Words, pattern: str) -> Mask:
    """Mark the cells in which an RE2 pattern is found."""
    import pyarrow.compute as pc

    found = pc.match_substring_regex(words, pattern)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def _places_in(words: Words, wanted: list[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the place of each cell in a short list, -1 where it is not there."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.index_in(words, pa.array(wanted, pa.large_string()))
    return np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), dtype=np.int64)


def _find_gaps(words: Words, reasons: Mapping[str, str], verdicts: Verdicts) -> None:
    """Take the cells that are codes for missing values for gaps."""
    places = _places_in(words, list(reasons))
    for place in np.unique(places[places >= 0]):
        verdicts.gap(places == place, list(reasons.values())[place])


def _find_blanks(words: Words, verdicts: Verdicts) -> None:
    """Take those of the open cells that hold nothing but blanks for gaps."""
    import pyarrow as pa
    import pyarrow.compute as pc

    places = np.flatnonzero(verdicts.open)
    if len(places):
        trimmed = pc.utf8_trim_whitespace(words.take(pa.array(places)))
        blank = np.zeros(len(verdicts.open), dtype=bool)
        blank[places] = _as_mask(pc.equal(trimmed, ""))
        verdicts.gap(blank, NOT_RECORDED)
        verdicts.fault(blank, "N_BLANK_AS_MISSING")


def _judge_words(words: Words, raw: TextColumn, rule: CellRule, verdicts: Verdicts) -> None:
    if not raw.is_told:
        _find_blanks(words, verdicts)
    cells = verdicts.open.copy()
    verdicts.decide(cells, np.flatnonzero(cells).astype(np.float64))
    if raw.kinds is not None:
        _refuse(verdicts, cells & (raw.kinds == CellKind.NUMBER), "E_ID_NOT_TEXT")
        odd = [CellKind.DATE, CellKind.TIME, CellKind.TRUTH]
        _refuse(verdicts, cells & np.isin(raw.kinds, odd), "E_TYPE")
    if rule.mapped.pattern is not None:
        _refuse(verdicts, cells & ~matches(words, rf"\A(?:{rule.mapped.pattern})\z"), "E_PATTERN")
    verdicts.fault(cells & matches(words, CONTROL), "W_CONTROL_CHAR")
    verdicts.fault(cells & matches(words, EXCEL_DATE_OF_WORD), "W_EXCEL_MANGLED")
    verdicts.fault(cells & matches(words, MOJIBAKE), "W_MOJIBAKE")


def _judge_levels(words: Words, raw: TextColumn, rule: CellRule, verdicts: Verdicts) -> None:
    levels = rule.levels
    places = _places_in(words, list(levels))
    known = verdicts.open & (places >= 0)
    verdicts.decide(known, np.asarray(list(levels.values()))[places[known]])
    if raw.kinds is not None:
        _by_meaning(raw, rule, verdicts)
    for code, level in raw.labels.items():  # the file's own labels of codes that are texts
        labelled = verdicts.open & (raw.distinct == code)
        if level in levels:
            verdicts.decide(labelled, np.full(int(labelled.sum()), levels[level]))
    _find_blanks(words, verdicts)
    _refuse(verdicts, verdicts.open.copy(), "E_LEVEL")


def _by_meaning(raw: TextColumn, rule: CellRule, verdicts: Verdicts) -> None:
    """Read number cells by their number: a typed file holds 1.0 where the declaration says 1."""
    typed = verdicts.open & (raw.kinds == CellKind.NUMBER)
    numbers = np.full(len(typed), np.nan)
    numbers[typed] = [float(cell) for cell in raw.distinct[typed]]
    for number, reason in rule.missing_numbers.items():
        verdicts.gap(numbers == number, reason)
    for number, level in by_number(rule.levels).items():
        same = verdicts.open & (numbers == number)
        verdicts.decide(same, np.full(int(same.sum()), level))


def _judge_numbers(words: Words, raw: TextColumn, rule: CellRule, verdicts: Verdicts) -> None:
    import pyarrow as pa

    written = verdicts.open & matches(words, number_pattern(rule.decimal))
    if raw.kinds is not None:
        written &= ~np.isin(raw.kinds, [CellKind.DATE, CellKind.TIME, CellKind.TRUTH])
        # A sheet writes numbers its own way, whatever the mark in its texts is.
        typed = verdicts.open & (raw.kinds == CellKind.NUMBER)
        verdicts.fault(written & ~typed, "N_TEXT_NUMBER")
        written |= typed
    numbers = to_floats(words.filter(pa.array(written)), rule.decimal)
    judge_measured(written, numbers, rule, verdicts)
    _note_leading_zeros(words, written, verdicts)
    _find_blanks(words, verdicts)
    _judge_no_numbers(raw, rule, verdicts)


def _note_leading_zeros(words: Words, written: Mask, verdicts: Verdicts) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    # Only these can have some, and a search in all cells would take as long as reading the numbers.
    begins = [_as_mask(pc.starts_with(words, pattern=start)) for start in ("0", "+0", "-0")]
    places = np.flatnonzero(written & np.logical_or.reduce(begins))
    zeros = np.zeros(len(written), dtype=bool)
    zeros[places] = matches(words.take(pa.array(places)), LEADING_ZERO)
    verdicts.fault(zeros & ~np.isnan(verdicts.values), "N_LEADING_ZERO")


def to_floats(words: Words, decimal: str = ".") -> Floats:
    """Return texts that are numbers as the nearest doubles."""
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = words if decimal == "." else pc.replace_substring(words, decimal, ".")
    plain = pc.replace_substring_regex(plain, r"^\+", "")
    try:
        return np.asarray(pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    except pa.ArrowInvalid:  # it has no infinite numbers, as 1e400 is
        return np.asarray([float(number) for number in plain.to_pylist()], dtype=np.float64)


def judge_measured(where: Mask, numbers: Floats, rule: CellRule, verdicts: Verdicts) -> None:
    """Say what the numbers in the marked cells are: values in the declared unit, codes for gaps, or faults.

    Parameters
    ----------
    where : ndarray of bool
        The cells.
    numbers : ndarray of float, shape (n_marked,)
        Their numbers, in the file's unit.
    rule, verdicts
        What they may be, and where it is noted.
    """
    values = numbers * rule.factor if rule.factor != 1.0 else numbers
    verdicts.decide(where, values)
    as_read = np.full(len(verdicts.values), np.nan)
    as_read[where] = numbers
    for number, reason in rule.missing_numbers.items():
        verdicts.gap(as_read == number, reason)
    _refuse(verdicts, where & np.isinf(as_read), "E_NOT_FINITE")
    if rule.variable.kind is Kind.INTEGER:
        _refuse(verdicts, verdicts.values != np.floor(verdicts.values), "E_TYPE", where)
        low, high = rule.variable.limits or (-np.inf, np.inf)  # what is outside is said of the limits
        large = (
            (np.abs(verdicts.values) >= LARGEST_WHOLE) & (verdicts.values >= low) & (verdicts.values <= high)
        )
        _refuse(verdicts, large, "E_PRECISION", where)


def _judge_no_numbers(raw: TextColumn, rule: CellRule, verdicts: Verdicts) -> None:
    """Say of each cell that is no number what it looks like."""
    alike: dict[str, list[int]] = {}
    for place in np.flatnonzero(verdicts.open).tolist():
        kind = CellKind.TEXT if raw.kinds is None else raw.kinds[place]
        alike.setdefault(_likeness(str(raw.distinct[place]), kind, rule), []).append(place)
    for likeness, places in alike.items():
        cells = np.zeros(len(verdicts.open), dtype=bool)
        cells[places] = True
        if likeness.startswith("E_"):
            _refuse(verdicts, cells, likeness)
        else:
            verdicts.gap(cells, likeness)
            verdicts.fault(cells if likeness != NOT_RECORDED else np.zeros_like(cells), "N_CENSORED")


def _likeness(cell: str, kind: int, rule: CellRule) -> str:
    """Return the code of a fault, or the reason of a gap."""
    if kind in (CellKind.ERROR, CellKind.NO_VALUE):
        return NOT_RECORDED  # the reader has refused it
    censored = CENSORED.fullmatch(cell)
    if censored and rule.mapped.detection_limit and is_number(censored[2], rule.decimal):
        return BELOW_DETECTION if censored[1] in "<≤" else ABOVE_DETECTION
    if censored:
        return "E_CENSORED"
    return "E_NOT_FINITE" if INFINITE.fullmatch(cell) else "E_TYPE"


def _refuse(verdicts: Verdicts, where: Mask, code: str, among: Mask | None = None) -> None:
    """Take the value from the marked cells and say why."""
    where = where if among is None else where & among & ~np.isnan(verdicts.values)
    if where.any():
        verdicts.fault(where, code)
        verdicts.values[where] = np.nan
        verdicts.open &= ~where


def _as_mask(found: Any) -> Mask:
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)
