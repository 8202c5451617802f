"""One declared variable: what it means, what values it can take, how it is generated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.declare.kinds import CARRIED, LEVELLED, Domain, Evidence, Kind, Scale
from rlsstudy.declare.variable_checks import contradictions
from rlsstudy.errors import DeclarationError, did_you_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.equations import Equation
    from rlsstudy.declare.missingness import MissingReason

    Floats = NDArray[np.float64]


_TRANSFORMS: dict[Scale, Callable[[Floats], Floats]] = {
    Scale.LINEAR: np.asarray,
    Scale.LOG: np.log,
    Scale.LOG2: np.log2,
    Scale.LOG10: np.log10,
}


@dataclass(frozen=True)
class Variable:
    """One declared variable.

    Parameters
    ----------
    name : str
        The column's name: lower case, digits and underscores.
    label : str
        How tables and axes call it, without the unit.
    domain : Domain
        The field it belongs to.
    kind : Kind
        What sort of values it has.
    unit : str
        Unit of measurement in words a table can print; empty for levels.
    limits : tuple of float, optional
        Lowest and highest plausible value, infinite where there is no such end; of a date, as days since
        1970-01-01. Values outside are a problem in a real file.
    levels : tuple of str
        The allowed levels in order, for binary, ordinal and categorical variables.
    resolution : float, optional
        The step in which the instrument reports; simulated values are rounded to it.
    scale : Scale
        How the number enters a model.
    contrast : tuple of float, optional
        The two values that an effect compares: ``(50, 100)`` on a ``log2`` scale is one doubling.
        For levels the effect compares each level with the first.
    detection : tuple of (float or None), optional
        What the instrument can report, from and to; a true value outside is a gap *below detection*
        or *above detection*.
    missing : tuple of MissingReason
        Reasons for which a value can be absent; of several that apply the first is recorded.
    applies_to : str, optional
        A binary variable; the value exists only where that one is at its last level.
        Elsewhere it is *not applicable*, which is not the same as missing.
    measured : bool
        False for latent variables: simulated, never in a cohort's data.
    stands_for : tuple of (str, float, float), optional
        For a marker, such as serum ferritin: the latent state whose effect is meant when the marker's
        is asked for, and the two values of the state that go with the marker's contrast.
    shared_by : str
        ``"family"`` when the members of a family have the same draw, else empty.
    equation : Equation, optional
        How the value comes about. Absent in studies that only describe a real file.
    causes_declared : tuple of str
        The causes, for a variable without equation.
    other_units : tuple of (str, float)
        Units a file may use instead, with the factor that turns its values into the declared unit.
    code : str
        Its code in a terminology, such as ``"LOINC 2276-4"``, where it is sure.
    source, evidence : str, Evidence
        Where distribution and limits come from, and how well they are supported.

    Raises
    ------
    DeclarationError
        The parts contradict each other; all contradictions are listed.

    Examples
    --------
    >>> from rlsstudy.declare import Domain, Kind, Scale, Variable
    >>> ferritin = Variable(
    ...     name="ferritin",
    ...     label="Serum ferritin",
    ...     domain=Domain.IRON,
    ...     kind=Kind.CONTINUOUS,
    ...     unit="µg/L",
    ...     limits=(1, 3000),
    ...     scale=Scale.LOG2,
    ...     contrast=(50, 100),
    ... )
    >>> ferritin.label_with_unit
    'Serum ferritin (µg/L)'
    """

    name: str
    label: str
    domain: Domain
    kind: Kind
    unit: str = ""
    limits: tuple[float, float] | None = None
    levels: tuple[str, ...] = ()
    resolution: float | None = None
    scale: Scale = Scale.LINEAR
    contrast: tuple[float, float] | None = None
    detection: tuple[float | None, float | None] = (None, None)
    missing: tuple[MissingReason, ...] = ()
    applies_to: str | None = None
    measured: bool = True
    stands_for: tuple[str, float, float] | None = None
    shared_by: str = ""
    equation: Equation | None = field(default=None)
    causes_declared: tuple[str, ...] = ()
    other_units: tuple[tuple[str, float], ...] = ()
    code: str = ""
    source: str = ""
    evidence: Evidence = Evidence.ASSUMED

    def __post_init__(self) -> None:
        problems = contradictions(self)
        if problems:
            raise DeclarationError(f"Variable '{self.name}': " + " ".join(problems), problems)

    @cached_property
    def causes(self) -> tuple[str, ...]:
        """The names of the direct causes."""
        return self.equation.causes if self.equation is not None else self.causes_declared

    @property
    def has_levels(self) -> bool:
        """Whether values are levels rather than numbers."""
        return self.kind in LEVELLED

    @property
    def is_carried(self) -> bool:
        """Whether values are texts or dates, which are read and checked, and never enter a table or a model."""
        return self.kind in CARRIED

    @property
    def can_have_gaps(self) -> bool:
        """Whether a value can be absent: not applicable, missing, out of detection, or derived from such."""
        possible = self.missing or self.applies_to or self.detection != (None, None)
        return bool(possible) or (self.equation is not None and self.equation.is_derived)

    @property
    def label_with_unit(self) -> str:
        """The label with its unit, as on an axis: ``Serum ferritin (µg/L)``."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    @cached_property
    def codes(self) -> dict[str, int]:
        """The place of each level, from 0."""
        return {level: place for place, level in enumerate(self.levels)}

    def on_scale(self, values: Floats) -> Floats:
        """Transform natural values to the scale on which the variable enters a model."""
        return np.asarray(_TRANSFORMS[self.scale](values), dtype=np.float64)

    def in_contrasts(self, values: Floats) -> Floats:
        """Express natural values in contrasts from the contrast's lower end (0 there, 1 at the upper)."""
        low, high = self.on_scale(np.asarray(self.numeric_contrast, dtype=np.float64))
        return np.asarray((self.on_scale(values) - low) / (high - low))

    @property
    def numeric_contrast(self) -> tuple[float, float]:
        """The contrast as numbers; levels count from 0, and without a declared contrast 0 and 1."""
        return self.contrast if self.contrast is not None else (0.0, 1.0)

    def level_code(self, level: str) -> int:
        """Return the place of a level, or say which levels there are."""
        if level not in self.codes:
            raise DeclarationError(
                f"'{self.name}' ({self.label}) has no level '{level}'.{did_you_mean(level, self.levels)}"
            )
        return self.codes[level]
