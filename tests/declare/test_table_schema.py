"""Table Schema is written as its standard says, and read back without loss."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

import rlsstudy as rls
from rlsstudy.cohort.dictionaries.table_schema import read_table_schema
from rlsstudy.cohort.write.dictionary_of import dictionary_of
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.table_schema import table_schema
from rlsstudy.errors import CohortError
from tests.declare.dictionaries import dictionaries

SCHEMA = {
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "sex", "type": "integer", "categories": [{"value": 0, "label": "male"}, {"value": 1}]},
        {"name": "pain", "type": "string", "categories": ["low", "high"], "categoriesOrdered": True},
        {
            "name": "born",
            "type": "date",
            "constraints": {"minimum": "1970-01-11"},
            "missingValues": ["", "?"],
        },
        {"name": "smokes", "type": "boolean", "trueValues": ["J"], "falseValues": ["N"]},
        {"name": "site", "constraints": {"enum": ["A", "B", "C"], "required": True}},
        {"name": "year", "type": "year", "constraints": {"exclusiveMaximum": "2030"}},
        {"name": "hour", "type": "time", "title": "Hour of sleep"},
    ],
    "missingValues": [{"value": "", "label": "OMITTED"}, {"value": "-99", "label": "REFUSED"}],
    "primaryKey": "id",
}


def read(content, folder):
    path = folder / "schema.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_table_schema(path)


def message(content, folder):
    with pytest.raises(CohortError) as caught:
        read(content, folder)
    return str(caught.value)


def test_field_is_written_as_the_standard_says():
    age = DictionaryField(
        "age", "Age", Kind.INTEGER, "years", (18.0, 99.5), required=True, missing={"-9": "refused"}
    )
    pain = DictionaryField("pain", "Pain", Kind.ORDINAL, levels={"1": "low", "2": "high"}, section="symptoms")

    schema = json.loads(table_schema(Dictionary("a study", (age, pain), "age", "A study", {"-1": "lost"})))

    assert schema == {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fieldsMatch": "subset",
        "fields": [
            {
                "name": "age",
                "title": "Age",
                "description": "In years.",
                "type": "integer",
                "constraints": {"required": True, "unique": True, "minimum": 18, "maximum": 99.5},
                "missingValues": [
                    {"value": "", "label": "not recorded"},
                    {"value": "-1", "label": "lost"},
                    {"value": "-9", "label": "refused"},
                ],
                "rlsstudy:unit": "years",
            },
            {
                "name": "pain",
                "title": "Pain",
                "type": "integer",
                "categories": [{"value": 1, "label": "low"}, {"value": 2, "label": "high"}],
                "categoriesOrdered": True,
                "rlsstudy:kind": "ordinal",
                "rlsstudy:section": "symptoms",
            },
        ],
        "missingValues": [{"value": "", "label": "not recorded"}, {"value": "-1", "label": "lost"}],
        "primaryKey": ["age"],
        "rlsstudy:title": "A study",
    }


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dictionaries())
def test_dictionary_comes_back(tmp_path, dictionary):
    again = read(table_schema(dictionary), tmp_path)

    assert again == replace(dictionary, source="schema.json")


@pytest.mark.parametrize("numbered", [False, True])
def test_dictionary_of_the_packaged_study_comes_back(tmp_path, numbered):
    dictionary = dictionary_of(rls.rls_model(), numbered=numbered)

    assert read(table_schema(dictionary), tmp_path) == replace(dictionary, source="schema.json")


def test_schemas_of_others_are_read(tmp_path):
    dictionary = read(SCHEMA, tmp_path)

    fields = {field.name: field for field in dictionary.fields}
    assert (dictionary.key, dictionary.missing) == ("id", {"": "OMITTED", "-99": "REFUSED"})
    assert [(field.name, str(field.kind), dict(field.levels)) for field in dictionary.fields] == [
        ("id", "text", {}),
        ("sex", "binary", {"0": "male", "1": "1"}),
        ("pain", "ordinal", {"low": "low", "high": "high"}),
        ("born", "date", {}),
        ("smokes", "binary", {"N": "no", "J": "yes"}),
        ("site", "categorical", {"A": "A", "B": "B", "C": "C"}),
        ("year", "integer", {}),
        ("hour", "text", {}),
    ]
    assert (fields["born"].limits, fields["born"].missing) == ((10.0, None), {"?": "?"})
    assert (fields["year"].limits, fields["site"].required) == ((None, 2030.0), True)
    assert fields["hour"].label == "Hour of sleep"


def test_schema_is_taken_out_of_a_data_package(tmp_path):
    package = {"name": "study", "resources": [{"name": "people", "schema": SCHEMA}]}

    assert read(package, tmp_path) == read(SCHEMA, tmp_path)
    assert message({"resources": [{"schema": SCHEMA}, {"schema": SCHEMA}]}, tmp_path) == (
        "'schema.json' cannot be read as a data dictionary:\n"
        "  - 'schema.json' is a data package with 2 tables. Allowed: one table."
    )


def test_every_fault_is_told_at_once(tmp_path):
    fields = [
        {"title": "no name"},
        {"name": "a", "type": "colour"},
        {"name": "b", "categories": [1, 1]},
        {"name": "c", "type": "integer", "constraints": {"minimum": "low"}},
        {"name": "c", "constraints": []},
        {"name": "d", "missingValues": "NA"},
    ]

    assert message({"fields": fields}, tmp_path) == (
        "'schema.json' cannot be read as a data dictionary:\n"
        "  - Field 1 has no name. Allowed: an object with a text as 'name'.\n"
        "  - 'a' has a type that is not known. Allowed: number, integer, year, boolean, date, datetime, any, array,"
        " duration, geojson, geopoint, list, object, string, time, yearmonth.\n"
        "  - The categories of 'b' are not as they should be. Allowed: a list of different values, or of objects with"
        " 'value' and 'label'.\n"
        "  - The minimum of 'c' is no number. Allowed: a value of the field's own type.\n"
        "  - The constraints of 'c' are no object. Allowed: an object.\n"
        "  - The missingValues of 'd' are not as they should be. Allowed: a list of texts, or of objects with 'value'"
        " and 'label'.\n"
        "  - 'c' is described twice. Allowed: one field for each column."
    )


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("{", "'schema.json' is not strict JSON (first in line 1). Allowed: JSON."),
        ('{"a": 1, "a": 2}', "'schema.json' is not strict JSON. Allowed: JSON."),
        ('{"a": NaN}', "'schema.json' is not strict JSON. Allowed: JSON."),
        ("[" * 100_000, "'schema.json' is not strict JSON. Allowed: JSON."),
        ("[]", "'schema.json' is not a Table Schema. Allowed: a JSON object with 'fields'."),
        ('{"fields": []}', "'schema.json' has no list of fields. Allowed: a Table Schema with 'fields'."),
    ],
)
def test_what_is_no_schema_is_refused(tmp_path, content, found):
    assert message(content, tmp_path) == f"'schema.json' cannot be read as a data dictionary:\n  - {found}"


def test_file_that_is_not_there_or_not_text_is_refused(tmp_path):
    (tmp_path / "latin.json").write_bytes(b'{"a": "\xe4"}')

    for name, found in (
        ("none.json", "'none.json' cannot be read:\n  - There is no file 'none.json' that can be read."),
        (
            "latin.json",
            "'latin.json' cannot be read as a data dictionary:\n"
            "  - 'latin.json' is not in UTF-8. Allowed: JSON in UTF-8.",
        ),
    ):
        with pytest.raises(CohortError) as caught:
            read_table_schema(tmp_path / name)
        assert str(caught.value) == found
