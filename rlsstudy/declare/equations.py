"""All equations in one place, by what they make."""

from rlsstudy.declare.equation import Cause, Equation, Fixed
from rlsstudy.declare.levels import Bernoulli, Categorical, Ordinal, RelativeRisk
from rlsstudy.declare.measurements import Count, Genotype, LogNormal, Normal
from rlsstudy.declare.rules import Condition, RatioOf, RuleOf, WeightedSum
from rlsstudy.declare.scores import BandOf, Derived, GradedItem, SumOf

__all__ = [
    "BandOf",
    "Bernoulli",
    "Categorical",
    "Cause",
    "Condition",
    "Count",
    "Derived",
    "Equation",
    "Fixed",
    "Genotype",
    "GradedItem",
    "LogNormal",
    "Normal",
    "Ordinal",
    "RatioOf",
    "RelativeRisk",
    "RuleOf",
    "SumOf",
    "WeightedSum",
]
