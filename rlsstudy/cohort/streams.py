"""Random numbers by address: a draw depends on seed, variable and participant alone.

Each variable has a counter-based generator (Philox) whose key is a hash of the seed, the
variable's name and the purpose of the draw; participant *i* reads its 64-bit word *i*. So a longer
cohort begins with the shorter one, chunks and workers do not matter, a new variable leaves the
others as they were, and two interventions share all noise. Raw words are used, because NumPy
promises stable bits and not stable distributions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Philox

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORDS_PER_COUNTER = 4  # Philox makes four 64-bit words from one counter
_STEP = 2.0**-53


def uniforms(seed: int, variable: str, purpose: str, start: int, n: int) -> NDArray[np.float64]:
    """Return uniforms in the open unit interval for participants ``start`` to ``start + n - 1``."""
    words_before = start % WORDS_PER_COUNTER
    generator = Philox(key=_key(seed, variable, purpose), counter=start // WORDS_PER_COUNTER)
    words = generator.random_raw(words_before + n)[words_before:]
    return ((words >> np.uint64(11)).astype(np.float64) + 0.5) * _STEP


def stream(
    seed: int, variable: str, start: int, n: int, keep: NDArray[np.intp] | None = None
) -> Callable[[str], NDArray[np.float64]]:
    """Return the function that draws for one variable and a block of participants.

    With ``keep`` only those places of the block are returned.
    """

    def draw(purpose: str) -> NDArray[np.float64]:
        drawn = uniforms(seed, variable, purpose, start, n)
        return drawn if keep is None else drawn[keep]

    return draw


def _key(seed: int, variable: str, purpose: str) -> int:
    address = f"{seed}/{variable}/{purpose}".encode()
    return int.from_bytes(hashlib.blake2b(address, digest_size=16).digest(), "little")
