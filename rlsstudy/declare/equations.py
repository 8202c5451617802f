"""All equations in one place, by what they make."""

from rlsstudy.declare.equation import Cause, Equation, Fixed
from rlsstudy.declare.families import FamilyPlace, Inherited
from rlsstudy.declare.levels import Bernoulli, Categorical, Ordinal, RelativeRisk
from rlsstudy.declare.measurements import Count, Genotype, LogNormal, Normal
from rlsstudy.declare.rules import ByLevel, Condition, RatioOf, RuleOf, WeightedSum
from rlsstudy.declare.scores import BandOf, Derived, GradedItem, SumOf

__all__ = [
    "BandOf",
    "Bernoulli",
    "ByLevel",
    "Categorical",
    "Cause",
    "Condition",
    "Count",
    "Derived",
    "Equation",
    "FamilyPlace",
    "Fixed",
    "Genotype",
    "GradedItem",
    "Inherited",
    "LogNormal",
    "Normal",
    "Ordinal",
    "RatioOf",
    "RelativeRisk",
    "RuleOf",
    "SumOf",
    "WeightedSum",
]
