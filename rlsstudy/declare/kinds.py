"""The words in which variables are declared: domains, kinds, scales and grades of evidence."""

from __future__ import annotations

from enum import StrEnum


class Domain(StrEnum):
    """The field a variable belongs to; tables and figures are grouped by it."""

    DEMOGRAPHY = "demography"
    VASCULAR = "vascular"
    IRON = "iron"
    GENETIC = "genetic"
    LIFESTYLE = "lifestyle"
    NEUROLOGICAL = "neurological"
    OUTCOME = "outcome"
    TREATMENT = "treatment"
    STUDY = "study"


class Kind(StrEnum):
    """What sort of values a variable has.

    ``binary``, ``ordinal`` and ``categorical`` variables have levels, in order; ``integer`` are
    counts, scores and allele doses; ``continuous`` are measured on a scale. ``text`` and ``date`` are read,
    checked and carried along, and never enter a table or a model.
    """

    CONTINUOUS = "continuous"
    INTEGER = "integer"
    BINARY = "binary"
    ORDINAL = "ordinal"
    CATEGORICAL = "categorical"
    TEXT = "text"
    DATE = "date"


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
CARRIED = frozenset({Kind.TEXT, Kind.DATE})
NO_YES = ("no", "yes")
