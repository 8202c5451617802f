"""What the codebook's page shows of each variable: its facts in words, its causes, and a small picture."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite, isinf
from typing import TYPE_CHECKING

from rlsstudy.declare.codebook import describe_gap
from rlsstudy.declare.equations import RuleOf
from rlsstudy.declare.kinds import Domain, Kind
from rlsstudy.declare.text_forms import write_day
from rlsstudy.present.arrow_words import rule_in_words
from rlsstudy.present.arrows import Arrow, arrows_into, scale_of
from rlsstudy.present.numbers import with_unit, write_plain, write_range
from rlsstudy.present.small_plots import SmallPlot, describe_values, plot_small
from rlsstudy.present.wording import heading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.variable import Variable

    Floats = NDArray[np.float64]

LATENT = "Latent variables, in no data set"


@dataclass(frozen=True, slots=True)
class Entry:
    """One variable as the page shows it.

    Parameters
    ----------
    variable : Variable
        The variable.
    facts : tuple of (str, str)
        What is declared, name and words; only what there is.
    arrows : tuple of Arrow
        Its causes.
    scale : str
        The scale of their sizes.
    plot : SmallPlot
        Its distribution.
    seen : str
        The distribution in words.
    """

    variable: Variable
    facts: tuple[tuple[str, str], ...]
    arrows: tuple[Arrow, ...]
    scale: str
    plot: SmallPlot
    seen: str

    @property
    def picture(self) -> str:
        """The small picture in base64."""
        return base64.b64encode(self.plot.svg.encode()).decode("ascii")


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one domain, or the latent ones."""

    title: str
    entries: tuple[Entry, ...]


def list_entries(model: CausalModel, values: Mapping[str, Floats]) -> tuple[Group, ...]:
    """Collect all variables: measured ones by domain, and the latent ones in a group of their own.

    Parameters
    ----------
    model : CausalModel
        The declaration in its design.
    values : mapping of str to ndarray, shape (n,)
        Simulated values of every variable; levels as codes, NaN for gaps.

    Returns
    -------
    tuple of Group
        Groups that have a variable, in declared order.
    """
    found = []
    for domain in Domain:
        found.append((heading(domain), model.in_domain(domain)))
    found.append((LATENT, tuple(variable for variable in model if not variable.measured)))
    return tuple(
        Group(title, tuple(_entry(variable, model, values[variable.name]) for variable in variables))
        for title, variables in found
        if variables
    )


def _entry(variable: Variable, model: CausalModel, values: Floats) -> Entry:
    return Entry(
        variable,
        tuple(_facts(variable, model)),
        tuple(arrows_into(variable, model)),
        scale_of(variable),
        plot_small(variable, values),
        describe_values(variable, values),
    )


def _facts(variable: Variable, model: CausalModel) -> Iterator[tuple[str, str]]:
    """Yield what is declared, leaving out what is not."""
    yield "Values", _values(variable)
    if variable.detection != (None, None):
        yield "Detection", _detection(variable)
    if variable.resolution is not None:
        yield "Resolution", with_unit(write_plain(variable.resolution), variable.unit)
    if variable.other_units:
        units = (f"{unit} (× {factor:.6g})" for unit, factor in variable.other_units)
        yield "Other units", "; ".join(units)
    if variable.applies_to:
        gate = model[variable.applies_to]
        yield "Applies to", f"those with “{gate.label}: {gate.levels[-1]}”"
    if variable.missing:
        yield "Missing", "; ".join(describe_gap(variable, reason, model) for reason in variable.missing)
    if isinstance(variable.equation, RuleOf):
        yield "Rule", f"yes if {rule_in_words(variable.equation, model)}"
    if variable.stands_for is not None:
        state, low, high = variable.stands_for
        compared = with_unit(f"{high:.3g} vs {low:.3g}", model[state].unit)
        yield "Stands for", f"{model[state].label} ({compared})"
    if variable.code:
        yield "Code", variable.code
    yield "Source", f"{variable.source or 'none declared'} ({variable.evidence})"


def _values(variable: Variable) -> str:
    if variable.has_levels:
        return f"{variable.kind}: {', '.join(variable.levels)}"
    return (
        f"{variable.kind}, {_within(variable, *variable.limits)}" if variable.limits else str(variable.kind)
    )


def _within(variable: Variable, low: float, high: float) -> str:
    """Write the limits, of which one may be open."""
    is_date = variable.kind is Kind.DATE
    if isfinite(low) and isfinite(high) and not is_date:
        return with_unit(write_range(low, high), variable.unit)
    first, last = (write_day(end) if is_date and isfinite(end) else write_plain(end) for end in (low, high))
    written = f"up to {last}" if isinf(low) else f"from {first} on" if isinf(high) else f"{first} to {last}"
    return with_unit(written, variable.unit)


def _detection(variable: Variable) -> str:
    low, high = variable.detection
    said = []
    if low is not None:
        said.append(f"from {with_unit(write_plain(low), variable.unit)}")
    if high is not None:
        said.append(f"up to {with_unit(write_plain(high), variable.unit)}")
    return " ".join(said)
