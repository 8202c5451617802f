"""Judging the numbers of typed files: measurements, and codes of levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.cohort.checks.cell_rule import CellRule, Verdicts, by_number
from rlsstudy.cohort.checks.judge_text import judge_measured
from rlsstudy.cohort.checks.patterns import WORDS_FOR_MISSING
from rlsstudy.cohort.cohort import NOT_RECORDED
from rlsstudy.declare.kinds import CARRIED, Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.files.raw_columns import Floats, NumberColumn


def judge_numbers(raw: NumberColumn, rule: CellRule) -> tuple[Verdicts, NDArray[np.intp] | None]:
    """Say what each number of a typed file is.

    Parameters
    ----------
    raw : NumberColumn
        The column.
    rule : CellRule
        What its cells may be.

    Returns
    -------
    verdicts : Verdicts
        On each row, or on each different number.
    places : ndarray of int, shape (n_rows,), or None
        Where the verdict on each row is; None when there is one for each row.
    """
    values = np.asarray(raw.values, dtype=np.float64)
    if rule.variable.has_levels:
        places, numbers = pd.factorize(values, use_na_sentinel=False)
        return _judge_codes(raw, numbers, rule), places
    verdicts = Verdicts.on(len(values))
    absent = np.isnan(values)
    verdicts.gap(absent, NOT_RECORDED)
    if rule.variable.kind in CARRIED:
        code = "E_DATE_FORMAT" if rule.variable.kind is Kind.DATE else "E_ID_NOT_TEXT"
        verdicts.fault(~absent, code)
        verdicts.decide(~absent)
        return verdicts, None
    _doubt_labelled(raw, values, rule, verdicts)
    if absent.any():
        judge_measured(~absent, values[~absent], rule, verdicts)
    else:
        judge_measured(~absent, values, rule, verdicts)
    return verdicts, None


def _judge_codes(raw: NumberColumn, numbers: Floats, rule: CellRule) -> Verdicts:
    """Say what each different code is: by the study's codes, else by the labels that the file has for its codes."""
    verdicts = Verdicts.on(len(numbers))
    verdicts.gap(np.isnan(numbers), NOT_RECORDED)
    for number, reason in rule.missing_numbers.items():
        verdicts.gap(verdicts.open & (numbers == number), reason)
    levels = rule.levels
    labelled = {code: levels[label] for code, label in raw.labels.items() if label in levels}
    contradicted = _contradicted(raw, rule)
    verdicts.fault(np.isin(numbers, contradicted), "W_LABELS")
    for number, level in {**labelled, **by_number(levels)}.items():
        same = verdicts.open & (numbers == number)
        verdicts.decide(same, np.full(int(same.sum()), level))
    verdicts.fault(verdicts.open.copy(), "E_LEVEL")
    verdicts.open[:] = False
    return verdicts


def _contradicted(raw: NumberColumn, rule: CellRule) -> list[float]:
    """Return the codes to which the file's own labels give another level than the study."""
    by_label = {level.casefold(): float(place) for level, place in rule.variable.codes.items()}
    declared = by_number(rule.levels)
    labelled = {code: by_label.get(label.strip().casefold()) for code, label in raw.labels.items()}
    return [
        code
        for code, level in labelled.items()
        if level is not None and code in declared and declared[code] != level
    ]


def _doubt_labelled(raw: NumberColumn, values: Floats, rule: CellRule, verdicts: Verdicts) -> None:
    """Warn of values that the file labels as a refusal or the like, and that nothing declares missing."""
    doubted = [
        code
        for code, label in raw.labels.items()
        if label.strip().casefold() in WORDS_FOR_MISSING and code not in rule.missing_numbers
    ]
    if doubted:
        verdicts.fault(np.isin(values, doubted), "W_LABELLED_MISSING")
