"""What all equations share: how a variable comes about from its causes: data, not code.

An equation says which causes act, by how much and with what support, and draws values by
inverse distribution functions from uniform numbers that it is handed. Levels are worked with as
their codes, counted from 0.

The size of an effect is declared per contrast of the *cause*: ``Cause("age", 0.06)`` with age
declared to compare 50 and 60 years is 0.06 per ten years, and ``Cause("ferritin", -0.1)`` with
ferritin on a ``log2`` scale comparing 50 and 100 µg/L is -0.1 per doubling. Causes with several
unordered levels have one size per level.

Every drawn equation states its level in one of two ways: ``baseline`` is the value when all
causes are at the lower end of their contrasts; ``target`` is the value in the population, from
which the intercept is solved (:mod:`rlsstudy.cohort.calibrate`).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from rlsstudy.declare.kinds import Evidence, Kind
from rlsstudy.errors import DeclarationError, did_you_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.variable import Variable

    Floats = NDArray[np.float64]
    Uniform = Callable[[str], Floats]
    Declared = Mapping[str, Variable]

INTERCEPT_DECIMALS = 6  # solved intercepts are rounded, so that another library's last bit moves nothing


@dataclass(frozen=True, slots=True)
class Cause:
    """One arrow of the graph: a cause, the size of its effect, and who says so.

    Parameters
    ----------
    name : str
        The cause.
    size : float or tuple of (str, float)
        Effect on the equation's own scale per contrast of the cause, or one for each level other
        than the first for a categorical cause.
    evidence : Evidence
        How well the size is supported.
    source : str
        Where it comes from.
    acts_between : tuple of float
        The values between which the cause acts; beyond them more or less of it changes nothing. A cap, a
        floor or, with both, a threshold that is passed.
    only_at : tuple of (str, str), optional
        ``(variable, level)``: the cause acts in that group alone.
    times : str
        A variable that modifies the effect: the term is multiplied by its value in contrasts. Empty for none.
    """

    name: str
    size: float | tuple[tuple[str, float], ...]
    evidence: Evidence
    source: str
    acts_between: tuple[float, float] = (-math.inf, math.inf)
    only_at: tuple[str, str] | None = None
    times: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every variable that the term reads: the cause, the group in which it acts, the modifier."""
        group = (self.only_at[0],) if self.only_at else ()
        return (self.name, *group, *((self.times,) if self.times else ()))

    def term(self, values: Mapping[str, Floats], declared: Declared) -> Floats:
        """Return the contribution to the linear predictor, shape (n,)."""
        term = self._main(values[self.name], declared[self.name])
        if self.times:
            term = term * declared[self.times].in_contrasts(values[self.times])
        if self.only_at is not None:
            group, level = self.only_at
            term = np.where(values[group] == declared[group].level_code(level), term, 0.0)
        return term

    def _main(self, values: Floats, variable: Variable) -> Floats:
        if isinstance(self.size, tuple):
            by_code = np.zeros(len(variable.levels))
            for level, size in self.size:
                by_code[variable.level_code(level)] = size
            return np.asarray(by_code[values.astype(np.intp)])
        low, high = self.acts_between
        if math.isfinite(low) or math.isfinite(high):
            values = np.clip(values, low, high)
        return self.size * variable.in_contrasts(values)

    def problems(self, declared: Declared) -> list[str]:
        """Say what contradicts the declarations of the variables that the term reads."""
        variable = declared[self.name]
        found = [] if self.source else [f"the effect of '{self.name}' has no source."]
        if not self.acts_between[0] < self.acts_between[1]:
            found.append(f"'{self.name}' acts between two values, the lower one first.")
        if self.only_at is not None and self.only_at[1] not in declared[self.only_at[0]].codes:
            group, level = self.only_at
            found.append(f"'{group}' has no level '{level}'.{did_you_mean(level, declared[group].levels)}")
        if isinstance(self.size, tuple):
            if not self.size or not variable.has_levels:
                found.append(
                    f"'{self.name}' needs one size, or one for each level but the first where it has levels."
                )
            sizes = [size for _, size in self.size if not math.isfinite(size)]
            found += [f"the effect of '{self.name}' is a finite number, not {size:g}." for size in sizes]
            unknown = [level for level, _ in self.size if level not in variable.codes]
            hints = [f"'{self.name}' has no level '{u}'.{did_you_mean(u, variable.levels)}" for u in unknown]
            return found + hints
        if variable.kind is Kind.CATEGORICAL:
            found.append(f"'{self.name}' has unordered levels: give one size for each.")
        if not math.isfinite(self.size):
            found.append(f"the effect of '{self.name}' is a finite number, not {self.size:g}.")
        return found


@dataclass(frozen=True, kw_only=True)
class Equation(ABC):
    """The part all equations share.

    Parameters
    ----------
    terms : tuple of Cause
        The causes and their sizes.
    among : tuple of str, optional
        ``(variable, level)``: outside that group the value is 0 or the first level by definition.
    target_among : tuple of str, optional
        ``(variable, level)``: the group in which ``target`` holds, if not everybody.
    intercepts : tuple of float
        Solved or declared intercepts on the scale of the linear predictor.
    """

    terms: tuple[Cause, ...] = ()
    among: tuple[str, str] | None = None
    target_among: tuple[str, str] | None = None
    intercepts: tuple[float, ...] = ()
    kinds: ClassVar[frozenset[Kind]] = frozenset()
    is_derived: ClassVar[bool] = False
    takes_causes: ClassVar[bool] = True  # whether arrows can be added to it

    @property
    def causes(self) -> tuple[str, ...]:
        """Names of all direct causes, once each, in declared order."""
        gate = (self.among[0],) if self.among else ()
        return tuple(dict.fromkeys([name for term in self.terms for name in term.names] + [*gate]))

    @property
    def needs_solving(self) -> bool:
        """Whether intercepts are still to be solved from the target."""
        return False

    def predictor(self, values: Mapping[str, Floats], declared: Declared, this: Variable, n: int) -> Floats:
        """Return the linear predictor without intercept, shape (n,)."""
        del this
        total = np.zeros(n)
        for term in self.terms:
            total += term.term(values, declared)
        return total

    def draw(
        self, values: Mapping[str, Floats], declared: Declared, uniform: Uniform, this: Variable
    ) -> Floats:
        """Draw one value per participant, shape (n,); levels as codes."""
        first = uniform("value")
        drawn = self.quantile(first, self.predictor(values, declared, this, len(first)), this)
        if self.among is None:
            return drawn
        gate, level = self.among
        return np.where(values[gate] == declared[gate].level_code(level), drawn, 0.0)

    @abstractmethod
    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Turn uniforms into values, given the predictor without intercept."""

    def solved(self, predictor: Floats) -> Self:
        """Return the equation with intercepts such that the target holds over ``predictor``."""
        del predictor
        return self

    def with_cause(self, cause: Cause) -> Self:
        """Return the equation with this cause added, in place of all terms of the same cause and modifier."""
        others = (term for term in self.terms if (term.name, term.times) != (cause.name, cause.times))
        return replace(self, terms=(*others, cause))

    def problems(self, this: Variable, declared: Declared) -> list[str]:
        """Say everything that contradicts the declarations of this variable and its causes."""
        found = [problem for term in self.terms for problem in term.problems(declared)]
        carried = [name for name in self.causes if name in declared and declared[name].is_carried]
        found += [f"'{name}' is a {declared[name].kind}, from which nothing is computed." for name in carried]
        if this.kind not in self.kinds:
            allowed = ", ".join(sorted(self.kinds))
            found.append(f"a {type(self).__name__} equation makes {allowed} values, not {this.kind}.")
        for group in filter(None, (self.among, self.target_among)):
            name, level = group
            if name in declared and level not in declared[name].codes:
                found.append(f"'{name}' has no level '{level}'.{did_you_mean(level, declared[name].levels)}")
        return found


@dataclass(frozen=True, kw_only=True)
class Anchored(Equation):
    """An equation whose height is a baseline or a solved target."""

    baseline: float | None = None
    target: float | None = None
    possible: ClassVar[tuple[float, float]] = (-math.inf, math.inf)

    def __post_init__(self) -> None:
        if (self.baseline is None) == (self.target is None):
            raise DeclarationError(f"A {type(self).__name__} equation needs either a baseline or a target.")
        height = self.baseline if self.baseline is not None else self.target
        assert height is not None
        low, high = self.possible
        if not low < height < high:
            raise DeclarationError(
                f"The height of a {type(self).__name__} equation is between {low:g} and {high:g}, not {height:g}."
            )
        if self.baseline is not None and not self.intercepts:
            object.__setattr__(self, "intercepts", (float(self._link(self.baseline)),))

    @property
    def needs_solving(self) -> bool:
        """Whether intercepts are still to be solved from the target."""
        return not self.intercepts

    def problems(self, this: Variable, declared: Declared) -> list[str]:
        """Say everything that contradicts the declarations of this variable and its causes."""
        found = super().problems(this, declared)
        # With causes a baseline is the value at the lower ends of their contrasts, and may be nobody's.
        height = self.baseline if self.baseline is not None and not self.terms else self.target
        if this.limits is not None and height is not None and not this.limits[0] <= height <= this.limits[1]:
            low, high = this.limits
            found.append(f"its height of {height:g} is outside its limits, {low:g} to {high:g}.")
        return found

    @abstractmethod
    def _link(self, value: float) -> float:
        """Transform a mean to the scale of the predictor."""

    def _solve(self, predictor: Floats) -> float:
        """Solve for an identity or logarithmic mean of the predictor."""
        assert self.target is not None
        return float(self._link(self.target) - predictor.mean())

    def solved(self, predictor: Floats) -> Self:
        """Return the equation with the intercept such that the target holds over ``predictor``."""
        return replace(self, intercepts=(round(self._solve(predictor), INTERCEPT_DECIMALS),))


@dataclass(frozen=True, kw_only=True)
class Fixed(Equation):
    """Everybody has the same value: what ``do()`` puts in place of an equation."""

    value: float
    kinds: ClassVar[frozenset[Kind]] = frozenset(Kind)
    takes_causes: ClassVar[bool] = False

    def quantile(self, u: Floats, predictor: Floats, this: Variable) -> Floats:
        """Return the value for everybody."""
        del predictor, this
        return np.full(len(u), self.value)
