"""Dates and times of statistical packages, which are numbers with a format, written as ISO 8601 says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.files.raw_columns import CellKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.files.raw_columns import Floats

    Ticks = NDArray[np.int64]

SECONDS_A_DAY = 86_400
_MOST_TICKS = 2**62

# What a column's numbers are as texts, None where there is no such date, and of what kind they are.
Written = tuple[list[str | None], CellKind]
Writer = Callable[["Floats"], Written]


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a package counts time.

    Parameters
    ----------
    origin : date
        Day 0.
    per_unit : int
        Ticks in one unit of the numbers.
    per_second : int
        Ticks in a second: the finest difference that the numbers can express in the years at hand.
    """

    origin: date
    per_unit: int
    per_second: int

    @property
    def per_day(self) -> int:
        """Ticks in a day."""
        return self.per_second * SECONDS_A_DAY

    def ticks(self, numbers: Floats) -> Ticks:
        """Count in ticks; what is too large becomes the largest, which is outside every calendar."""
        too_large = np.abs(numbers) >= _MOST_TICKS / self.per_unit
        ticks: Ticks = np.rint(np.where(too_large, 0.0, numbers) * self.per_unit).astype(np.int64)
        ticks[too_large] = _MOST_TICKS
        return ticks

    def dates(self, numbers: Floats) -> Written:
        """Write as dates, all with their time of day if any has one other than midnight.

        Parameters
        ----------
        numbers : ndarray of float
            Different numbers, none of them NaN.
        """
        days, times = np.divmod(self.ticks(numbers), self.per_day)
        ordinals = days + self.origin.toordinal()
        there = (ordinals >= 1) & (ordinals <= date.max.toordinal())
        with_time = bool(times[there].any())
        texts: list[str | None] = [None] * len(numbers)
        for place in np.flatnonzero(there):
            text = date.fromordinal(int(ordinals[place])).isoformat()
            texts[place] = f"{text}T{self._clock(int(times[place]))}" if with_time else text
        return texts, CellKind.DATE

    def spans(self, numbers: Floats) -> Written:
        """Write as durations, which may be negative or longer than a day: ``-36:10:10``."""
        texts: list[str | None] = [
            None if ticks == _MOST_TICKS else ("-" if ticks < 0 else "") + self._clock(abs(ticks))
            for ticks in self.ticks(numbers).tolist()
        ]
        return texts, CellKind.TIME

    def clocks(self, numbers: Floats) -> Written:
        """Write as times of day when all are on day 0, else as the dates that the format does not show."""
        ticks = self.ticks(numbers)
        on_day_0 = bool(((ticks >= 0) & (ticks < self.per_day)).all())
        return self.spans(numbers) if on_day_0 else self.dates(numbers)

    def _clock(self, ticks: int) -> str:
        seconds, fraction = divmod(ticks, self.per_second)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        digits = len(str(self.per_second)) - 1
        part = f".{fraction:0{digits}d}".rstrip("0") if fraction else ""
        return f"{hour:02d}:{minute:02d}:{second:02d}{part}"
