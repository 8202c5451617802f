"""A small cohort with every kind of variable, and with what formats find hard, for the tests of writers."""

import numpy as np
import pandas as pd

from rlsstudy.cohort.cohort import NOT_RECORDED, Cohort, Origin
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import DataFiles
from rlsstudy.declare.kinds import Domain, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.study import Study
from rlsstudy.declare.variable import Variable

REASONS = (MissingReason("not done"), MissingReason("refused"))


def variable(name, kind, label="", **more):
    domain = Domain.OUTCOME if name == "score" else Domain.STUDY
    return Variable(name, label or name.capitalize(), domain, kind, source="made up", **more)


VARIABLES = (
    variable("age", Kind.CONTINUOUS, unit="years", limits=(0.0, 120.0), missing=REASONS, resolution=0.1),
    variable("sex", Kind.BINARY, levels=("male", "female"), missing=REASONS),
    variable("grade", Kind.ORDINAL, levels=("1", "2", "3"), missing=REASONS),
    variable("town", Kind.CATEGORICAL, levels=("Ulm", "Köln", "São Paulo"), missing=REASONS),
    variable("code", Kind.TEXT, "Code, as it was given", missing=REASONS),
    variable("seen", Kind.DATE, "Day of the visit", missing=REASONS),
    variable("score", Kind.INTEGER, missing=REASONS),
)


def small_cohort(*, variables=VARIABLES, data=None, reasons=None, index=None):
    """Return three participants; columns and reasons may be given instead of the usual ones."""
    model = CausalModel("made up", tuple(variables))
    columns = {
        "age": np.array([40.1, np.nan, 0.1 + 0.2]),
        "sex": pd.Categorical([None, "male", "female"], categories=["male", "female"]),
        "grade": pd.Categorical(["1", "3", None], categories=["1", "2", "3"], ordered=True),
        "town": pd.Categorical(["Ulm", None, "Köln"], categories=["Ulm", "Köln", "São Paulo"]),
        "code": pd.array(["00123", None, "=1+1"], dtype="string"),
        "seen": np.array(["2021-03-01", "2021-12-31", "NaT"], dtype="datetime64[us]"),
        "score": pd.array([17, None, 0], dtype="Int64"),
    } | (data or {})
    told = {
        "age": [None, "not done", None],
        "sex": ["refused", None, None],
        "grade": [None, None, NOT_RECORDED],
        "town": [None, "refused", None],
        "code": [None, "refused", None],
        "seen": [None, None, "not done"],
        "score": [None, "not done", None],
    } | (reasons or {})
    names = [one.name for one in variables]
    index = pd.Index([1, 2, 3], name="participant") if index is None else index
    return Cohort(
        pd.DataFrame({name: columns[name] for name in names}, index=index),
        pd.DataFrame({name: pd.Categorical(told[name]) for name in names if name in told}, index=index),
        Study("Made up", model, "score", ("age",), DataFiles((), "participant", ())),
        (),
        Origin("Made up.", synthetic=False),
    )
