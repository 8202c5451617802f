"""Random numbers by address: a draw depends on seed, variable and participant alone.

Each variable has a counter-based generator (Philox) whose key is a hash of the seed, the
variable's name and the purpose of the draw; participant *i* reads its 64-bit word *i*. So a longer
cohort begins with the shorter one, chunks and workers do not matter, a new variable leaves the
others as they were, and two interventions share all noise. Raw words are used, because NumPy
promises stable bits and not stable distributions.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Philox

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORDS_PER_COUNTER = 4  # Philox makes four 64-bit words from one counter
_UNUSED_BITS = np.uint64(11)
_STEP = 2.0**-53


def uniforms(seed: int, variable: str, purpose: str, start: int, n: int) -> NDArray[np.float64]:
    """Return uniforms in the open unit interval for participants ``start`` to ``start + n - 1``."""
    return _in_unit_interval(_words(seed, variable, purpose, start, n))


def _words(seed: int, variable: str, purpose: str, start: int, n: int) -> NDArray[np.uint64]:
    words_before = start % WORDS_PER_COUNTER
    generator = Philox(key=_key(seed, variable, purpose), counter=start // WORDS_PER_COUNTER)
    return np.asarray(generator.random_raw(words_before + n)[words_before:])


def _in_unit_interval(words: NDArray[np.uint64]) -> NDArray[np.float64]:
    words >>= _UNUSED_BITS
    drawn = words.astype(np.float64)
    drawn += 0.5
    drawn *= _STEP
    return drawn


@dataclass(frozen=True)
class Stream:
    """The draws of one variable for a block of participants.

    Parameters
    ----------
    seed : int
        The cohort's seed.
    variable : str
        The variable.
    start, n : int
        The block's first participant and its size.
    keep : ndarray of int, optional
        The places of the block that are returned; None for all.
    shared_by : int
        How many neighbours have the same draw; ``start`` and ``n`` are multiples of it.
    """

    seed: int
    variable: str
    start: int
    n: int
    keep: NDArray[np.intp] | None = None
    shared_by: int = 1

    def __call__(self, purpose: str) -> NDArray[np.float64]:
        """Return one uniform per participant for a purpose, shape (n,)."""
        size = self.shared_by
        words = _words(self.seed, self.variable, purpose, self.start // size, self.n // size)
        if self.keep is not None:  # often few of many: only their words become numbers
            return _in_unit_interval(words[self.keep // size])
        return _in_unit_interval(np.repeat(words, size) if size > 1 else words)

    @property
    def addresses(self) -> NDArray[np.intp]:
        """The participants' addresses, shape (n,)."""
        places = np.arange(self.n) if self.keep is None else self.keep
        return np.asarray(self.start + places)


def _key(seed: int, variable: str, purpose: str) -> int:
    address = f"{seed}/{variable}/{purpose}".encode()
    return int.from_bytes(hashlib.blake2b(address, digest_size=16).digest(), "little")
