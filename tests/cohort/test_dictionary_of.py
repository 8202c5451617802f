"""A study's dictionary says what its declaration says."""

import numpy as np
import pytest

import rlsstudy as rls
from rlsstudy.cohort.write.dictionary_of import codes_below, dictionary_of
from rlsstudy.declare.data_files import ColumnMap
from rlsstudy.declare.dictionary import DictionaryField
from rlsstudy.declare.kinds import Kind
from tests.cohort.written import VARIABLES, small_cohort, variable


@pytest.fixture(scope="module")
def model():
    dated = variable("seen", Kind.DATE, limits=(18_000.0, np.inf))
    pregnant = variable("pregnant", Kind.BINARY, levels=("no", "yes"), applies_to="sex")
    return small_cohort(
        variables=(*VARIABLES[:5], dated, VARIABLES[-1], pregnant),
        data={"pregnant": [None] * 3},
    ).model


def test_fields_are_written_as_in_our_text_files(model):
    fields = {field.name: field for field in dictionary_of(model).fields}

    reasons = {"[not done]": "not done", "[refused]": "refused"}
    assert list(fields) == ["participant", *(one.name for one in model)]
    assert fields["participant"] == DictionaryField(
        "participant", "Participant", Kind.INTEGER, required=True, identifies=True
    )
    assert fields["age"] == DictionaryField(
        "age", "Age", Kind.CONTINUOUS, "years", (0.0, 120.0), missing=reasons, section="study"
    )
    assert fields["sex"].levels == {"male": "male", "female": "female"}
    assert (fields["seen"].limits, fields["seen"].date_format) == ((18_000.0, None), "%Y-%m-%d")
    assert fields["pregnant"].branching == "sex is female"
    assert fields["code"].missing == {}  # its reasons stand in a column of their own


def test_numbered_fields_are_as_in_spss(model):
    fields = {field.name: field for field in dictionary_of(model, numbered=True).fields}

    assert fields["sex"].levels == {"0": "male", "1": "female"}
    assert fields["grade"].levels == {"1": "1", "2": "2", "3": "3"}
    assert fields["age"].missing == {"-9": "not done", "-8": "refused"}
    assert fields["pregnant"].missing == {"-9": "not applicable"}
    assert fields["pregnant"].branching == "[sex] = '1'"


def test_mapped_columns_say_what_is_required_and_what_texts_match(model):
    columns = (ColumnMap("CODE", "code", pattern="[0-9]+", required=True),)

    field = dictionary_of(model, ["code"], columns=columns).fields[1]

    assert (field.name, field.pattern, field.required) == ("code", "[0-9]+", True)


def test_latent_variables_are_left_out():
    names = [field.name for field in dictionary_of(rls.rls_model(), ["body_iron", "age"]).fields]

    assert names == ["participant", "age"]


def test_there_is_no_code_where_values_can_be_anything():
    assert codes_below(-1e300, ["not done"]) == {}
