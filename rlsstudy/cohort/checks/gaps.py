"""Why values are missing, beside the values: one small number per row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.cohort.files.raw_columns import Texts

    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Gaps:
    """The reason of every gap of a column.

    Parameters
    ----------
    codes : ndarray of int16, shape (n,)
        0 where there is a value, else the place of the reason in ``names``, from 1.
    names : tuple of str
        The reasons.
    """

    codes: NDArray[np.int16]
    names: tuple[str, ...] = ()

    @classmethod
    def none(cls, n: int) -> Gaps:
        """Return no gap in n rows."""
        return cls(np.zeros(n, dtype=np.int16))

    @classmethod
    def of(cls, texts: Iterable[str | None]) -> Gaps:
        """Return the gaps of reasons as texts, None where there is a value."""
        places: dict[str, int] = {}
        codes = [0 if text is None else places.setdefault(text, len(places) + 1) for text in texts]
        return cls(np.asarray(codes, dtype=np.int16), tuple(places))

    @property
    def where(self) -> Mask:
        """Mark the gaps."""
        return np.asarray(self.codes != 0, dtype=bool)

    @property
    def texts(self) -> Texts:
        """The reasons as texts, None where there is a value."""
        return np.asarray([None, *self.names], dtype=object)[self.codes]

    def is_for(self, *names: str) -> Mask:
        """Mark the gaps that have one of these reasons."""
        wanted = [place for place, name in enumerate(self.names, 1) if name in names]
        return np.isin(self.codes, wanted) if wanted else np.zeros(len(self.codes), dtype=bool)

    def marked(self, rows: Mask, name: str) -> Gaps:
        """Return the gaps with this reason in the marked rows."""
        if not rows.any():
            return self
        names = self.names if name in self.names else (*self.names, name)
        codes = self.codes.copy()
        codes[rows] = names.index(name) + 1
        return Gaps(codes, names)

    def take(self, rows: Mask | NDArray[np.intp]) -> Gaps:
        """Return the gaps of some rows."""
        return replace(self, codes=self.codes[rows])
