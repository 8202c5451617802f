"""What is studied: variables, causes, the RLS model, and the study that asks a question of it."""

from rlsstudy.declare.adjustment import Adjustment, find_adjustment
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import ColumnMap, DataFiles, Exclusion
from rlsstudy.declare.equations import Cause
from rlsstudy.declare.kinds import Domain, Evidence, Kind, Scale
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.study import Study, SyntheticData
from rlsstudy.declare.variable import Variable
from rlsstudy.declare.variations import Design, Scenario

__all__ = [
    "Adjustment",
    "CausalModel",
    "Cause",
    "ColumnMap",
    "DataFiles",
    "Design",
    "Domain",
    "Evidence",
    "Exclusion",
    "Kind",
    "MissingReason",
    "Scale",
    "Scenario",
    "Study",
    "SyntheticData",
    "Variable",
    "find_adjustment",
]
