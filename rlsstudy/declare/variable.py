"""One declared variable: what it means, what values it can take, how it is generated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.errors import DeclarationError, did_you_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.equations import Equation

    Floats = NDArray[np.float64]


class Domain(StrEnum):
    """The field a variable belongs to; tables and figures are grouped by it."""

    DEMOGRAPHY = "demography"
    VASCULAR = "vascular"
    IRON = "iron"
    GENETIC = "genetic"
    LIFESTYLE = "lifestyle"
    NEUROLOGICAL = "neurological"
    OUTCOME = "outcome"


class Kind(StrEnum):
    """What sort of values a variable has.

    ``binary``, ``ordinal`` and ``categorical`` variables have levels, in order; ``integer`` are
    counts, scores and allele doses; ``continuous`` are measured on a scale.
    """

    CONTINUOUS = "continuous"
    INTEGER = "integer"
    BINARY = "binary"
    ORDINAL = "ordinal"
    CATEGORICAL = "categorical"


class Scale(StrEnum):
    """How a number enters a model: as it is, or by its logarithm."""

    LINEAR = "linear"
    LOG = "log"
    LOG2 = "log2"
    LOG10 = "log10"


class Evidence(StrEnum):
    """How well a declared figure is supported. ``assumed`` is printed as such wherever it is used."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    CONTESTED = "contested"
    NULL = "null"
    ASSUMED = "assumed"


LEVELLED = frozenset({Kind.BINARY, Kind.ORDINAL, Kind.CATEGORICAL})
NO_YES = ("no", "yes")
_TRANSFORMS: dict[Scale, Callable[[Floats], Floats]] = {
    Scale.LINEAR: np.asarray,
    Scale.LOG: np.log,
    Scale.LOG2: np.log2,
    Scale.LOG10: np.log10,
}


@dataclass(frozen=True, slots=True)
class MissingReason:
    """A reason why a value can be missing, and how often that happens in a synthetic cohort.

    Parameters
    ----------
    name : str
        The reason, as shown in tables (``"not done"``).
    share : float
        Share of participants whose value is missing for it, completely at random; 0 to 0.95.
    """

    name: str
    share: float = 0.0


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
        Lowest and highest plausible value. Values outside are a problem in a real file.
    levels : tuple of str
        The allowed levels in order, for binary, ordinal and categorical variables.
    resolution : float, optional
        The step in which the instrument reports; simulated values are rounded to it.
    scale : Scale
        How the number enters a model.
    contrast : tuple of float, optional
        The two values that an effect compares: ``(50, 100)`` on a ``log2`` scale is one doubling.
        For levels the effect compares each level with the first.
    missing : tuple of MissingReason
        Reasons for which a value can be absent.
    applies_to : str, optional
        A binary variable; the value exists only where that one is at its last level.
        Elsewhere it is *not applicable*, which is not the same as missing.
    measured : bool
        False for latent variables: simulated, never in a cohort's data.
    equation : Equation, optional
        How the value comes about. Absent in studies that only describe a real file.
    causes_declared : tuple of str
        The causes, for a variable without equation.
    other_units : tuple of (str, float)
        Units a file may use instead, with the factor that turns its values into the declared unit.
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
    missing: tuple[MissingReason, ...] = ()
    applies_to: str | None = None
    measured: bool = True
    equation: Equation | None = field(default=None)
    causes_declared: tuple[str, ...] = ()
    other_units: tuple[tuple[str, float], ...] = ()
    source: str = ""
    evidence: Evidence = Evidence.ASSUMED

    def __post_init__(self) -> None:
        problems = [*self._name_problems(), *self._level_problems(), *self._number_problems()]
        if problems:
            raise DeclarationError(f"Variable '{self.name}': " + " ".join(problems), problems)

    @property
    def causes(self) -> tuple[str, ...]:
        """The names of the direct causes."""
        return self.equation.causes if self.equation is not None else self.causes_declared

    @property
    def has_levels(self) -> bool:
        """Whether values are levels rather than numbers."""
        return self.kind in LEVELLED

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

    def _name_problems(self) -> list[str]:
        if not (self.name.isascii() and self.name.isidentifier() and self.name == self.name.lower()):
            return ["a name has lower-case letters, digits and underscores, and does not begin with a digit."]
        return [] if self.label else ["a label is needed for tables and axes."]

    def _level_problems(self) -> list[str]:
        problems = []
        if self.has_levels and len(self.levels) < 2:
            problems.append(f"a {self.kind} variable needs at least two levels.")
        if self.kind is Kind.BINARY and len(self.levels) > 2:
            problems.append(f"a binary variable has two levels, not {len(self.levels)}; use 'categorical'.")
        if not self.has_levels and self.levels:
            problems.append(f"levels are given, but the kind is '{self.kind}'.")
        if len(set(self.levels)) < len(self.levels):
            problems.append("a level is listed twice.")
        if self.has_levels and (self.scale is not Scale.LINEAR or self.limits is not None):
            problems.append("a variable with levels has neither limits nor a logarithmic scale.")
        return problems

    def _number_problems(self) -> list[str]:
        problems = []
        if self.limits is not None and not self.limits[0] < self.limits[1]:
            problems.append("the lower limit must be below the upper one.")
        if self.contrast is not None and self.contrast[0] == self.contrast[1]:
            problems.append("a contrast compares two different values.")
        if self.scale is not Scale.LINEAR:
            positive = [*(self.limits or ()), *(self.contrast or ())]
            if self.contrast is None:
                problems.append(f"a contrast is needed on the {self.scale} scale.")
            if any(value <= 0 for value in positive):
                problems.append(f"limits and contrast must be above 0 on the {self.scale} scale.")
        if self.resolution is not None and self.resolution <= 0:
            problems.append("the resolution must be above 0.")
        for reason in self.missing:
            if not 0 <= reason.share <= 0.95:
                problems.append(f"the share missing for '{reason.name}' must be from 0 to 0.95.")
        return problems
