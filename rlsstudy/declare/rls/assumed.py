"""The arrow whose size is judgement: graded so, and saying so in its source."""

from math import inf

from rlsstudy.declare.equation import Cause
from rlsstudy.declare.kinds import Evidence


def assumed(
    name: str,
    size: float | tuple[tuple[str, float], ...],
    why: str,
    *,
    only_at: tuple[str, str] | None = None,
    acts_between: tuple[float, float] = (-inf, inf),
) -> Cause:
    """Return a cause whose size is assumed, with the reason; the rest as for `Cause`."""
    return Cause(name, size, Evidence.ASSUMED, f"assumed: {why}", acts_between=acts_between, only_at=only_at)
