"""The pandera schema accepts what this package accepts, and refuses what it refuses."""

import builtins
import runpy

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

import rlsstudy as rls
from rlsstudy.cohort.write.pandera_schema import pandera_source, to_pandera
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import CohortError, DeclarationError
from tests.cohort.written import VARIABLES, small_cohort, variable


def failures(schema, data):
    with pytest.raises(pa.errors.SchemaErrors) as caught:
        schema.validate(data, lazy=True)
    return set(caught.value.failure_cases["column"].dropna())


@pytest.fixture
def cohort():
    dated = variable("seen", Kind.DATE, limits=(18_000.0, np.inf))
    return small_cohort(variables=(*VARIABLES[:5], dated, VARIABLES[-1]))


def test_simulated_cohort_is_accepted():
    cohort = rls.simulate_cohort(n=300, seed=2, design="population")

    accepted = to_pandera(cohort.model).validate(cohort.data, lazy=True)

    assert accepted.equals(cohort.data)


def test_every_kind_of_column_is_accepted(cohort):
    accepted = to_pandera(cohort.model, patterns={"code": "[0-9]+|=.*"}).validate(cohort.data, lazy=True)

    assert accepted.equals(cohort.data)


@pytest.mark.parametrize(
    ("name", "value"),
    [("age", 120.5), ("age", -1.0), ("age", np.inf), ("seen", pd.Timestamp("2010-01-01"))],
)
def test_values_out_of_limits_are_refused(cohort, name, value):
    data = cohort.data.copy()
    data.loc[1, name] = value

    assert failures(to_pandera(cohort.model), data) == {name}


def test_wrong_levels_and_types_are_refused(cohort):
    data = cohort.data.copy()
    data["sex"] = pd.Categorical(["m", "male", "female"], categories=["male", "female", "m"])
    data["score"] = data["score"].astype("float64")

    assert failures(to_pandera(cohort.model), data) == {"sex", "score"}


def test_zero_is_refused_on_a_logarithmic_scale():
    cohort = rls.simulate_cohort(n=20, seed=2, design="population")
    data = cohort.data.copy()
    data.loc[1, "ferritin"] = 0.0

    assert failures(to_pandera(cohort.model), data) == {"ferritin"}


def test_gaps_in_required_variables_are_refused(cohort):
    schema = to_pandera(cohort.model, required=["age", "score"])

    assert failures(schema, cohort.data) == {"age", "score"}


def test_texts_must_match_their_pattern_from_end_to_end(cohort):
    assert failures(to_pandera(cohort.model, patterns={"code": "[0-9]+"}), cohort.data) == {"code"}
    data = cohort.data.assign(code=pd.array(["123", "123x", None], dtype="string"))
    assert failures(to_pandera(cohort.model, patterns={"code": "[0-9]+"}), data) == {"code"}


def test_absent_columns_and_people_who_are_there_twice_are_refused(cohort):
    schema = to_pandera(cohort.model, ["age", "score"])

    schema.validate(cohort.data[["age", "score", "sex"]], lazy=True)
    with pytest.raises(pa.errors.SchemaErrors, match="column 'score' not in dataframe"):
        schema.validate(cohort.data[["age"]], lazy=True)
    with pytest.raises(pa.errors.SchemaErrors, match="field_uniqueness"):
        schema.validate(cohort.data.set_axis(pd.Index([1, 1, 2], name="participant")), lazy=True)


def test_names_that_are_not_declared_are_refused(cohort):
    with pytest.raises(DeclarationError, match=r"No variable 'agee' is declared\. Did you mean 'age'\?"):
        to_pandera(cohort.model, ["agee"])


@pytest.mark.parametrize("which", ["small", "packaged"])
def test_written_module_defines_the_same_schema(cohort, tmp_path, which):
    model = cohort.model if which == "small" else rls.rls_model()
    asked = {"required": ["age"], "patterns": {"code": "[0-9'\"]+"} if which == "small" else {}}
    path = tmp_path / "schema.py"
    path.write_text(pandera_source(model, **asked), encoding="utf-8")

    assert runpy.run_path(str(path))["schema"] == to_pandera(model, **asked)


def test_who_has_no_pandera_is_told(cohort, monkeypatch):
    there = builtins.__import__

    def without(name, *rest):
        if name.startswith("pandera"):
            raise ImportError(name)
        return there(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(CohortError) as caught:
        to_pandera(cohort.model)

    assert str(caught.value) == (
        "pandera is not installed. Install it with 'pip install pandera', or write another format."
    )
