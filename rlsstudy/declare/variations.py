"""Variations of a model that are asked for by name: scenarios, and designs by which people enter a cohort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlsstudy.errors import DeclarationError

if TYPE_CHECKING:
    from rlsstudy.declare.equation import Cause
    from rlsstudy.declare.variable import Variable

FAMILY_SIZES = (1, 2, 4, 8)


@dataclass(frozen=True)
class Scenario:
    """A named variation of a model.

    Parameters
    ----------
    name : str
        The name by which it is asked for.
    question : str
        What it is there to show, in a sentence.
    changes : tuple of Variable
        The variables that replace, or are added to, those of the model.
    causes : tuple of (str, Cause)
        Arrows that are added to a variable, or take the place of the one from the same cause.
    about : str
        What differs and how to read it, in a paragraph.
    references : tuple of str
        Publications that it rests on.
    design : str
        The design whose variables it changes, for a scenario that makes sense in that one alone.
    """

    name: str
    question: str
    changes: tuple[Variable, ...] = ()
    causes: tuple[tuple[str, Cause], ...] = ()
    about: str = ""
    references: tuple[str, ...] = ()
    design: str = ""


@dataclass(frozen=True)
class Design:
    """How participants come into a cohort.

    Parameters
    ----------
    name : str
        The name by which it is asked for.
    label : str
        How tables call it.
    admission : Variable, optional
        A binary latent variable; those at its last level are in the cohort. None admits everybody.
    about : str
        Who comes, and what that does to an analysis, in a paragraph.
    changes : tuple of Variable
        Variables that replace, or are added to, those of the model in this design.
    causes : tuple of (str, Cause)
        Arrows that are added to a variable, or take the place of the one from the same cause.
    gaps : tuple of (str, float)
        Shares of reasons for missing values that differ from those declared in the population.
    family_size : int
        People who are drawn as one family, 1, 2, 4 or 8: they share the draws of variables that are
        ``shared_by="family"``, and all are in the cohort when the first of them is admitted.
    source : str
        Where the design comes from.
    """

    name: str
    label: str
    admission: Variable | None = None
    about: str = ""
    changes: tuple[Variable, ...] = ()
    causes: tuple[tuple[str, Cause], ...] = ()
    gaps: tuple[tuple[str, float], ...] = ()
    family_size: int = 1
    source: str = ""

    def __post_init__(self) -> None:
        if self.family_size not in FAMILY_SIZES:
            allowed = ", ".join(map(str, FAMILY_SIZES))
            raise DeclarationError(
                f"The design '{self.name}': a family has {allowed} members, not {self.family_size}."
            )
