import re

import pytest

from rlsstudy.cohort.simulate import simulate_cohort
from rlsstudy.cohort.twin.cells import NOBODY
from rlsstudy.cohort.twin.make import make_twin
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import CohortError, DeclarationError

FERRITIN = DictionaryField("sf", "Serum ferritin", Kind.CONTINUOUS, unit="pmol/L")
SEX = DictionaryField("sex", "Gender", Kind.CATEGORICAL, levels={"1": "Male", "2": "Female"})


def twin_of(*fields, n=40, seed=1, **about):
    twin = make_twin(Dictionary("dictionary.csv", fields, **about), n=n, seed=seed)
    return dict(zip(twin.header, twin.cells, strict=True)), twin


def test_columns_are_those_of_the_dictionary_after_the_mark():
    _, twin = twin_of(DictionaryField("id"), SEX, DictionaryField("notes"), key="id")

    assert twin.header == ("synthetic_participant", "id", "sex", "notes")
    assert twin.as_csv().decode().splitlines()[:2] == [
        "synthetic_participant,id,sex,notes",
        f"1,synthetic-0001,{twin.cells[2][0]},synthetic text",
    ]


def test_recognised_columns_are_the_models_in_the_files_units_and_codes():
    cells, _ = twin_of(SEX, FERRITIN)
    simulated = simulate_cohort(n=40, seed=1, design="sleep_clinic").data

    expected = {"male": "1", "female": "2"}
    assert list(cells["sex"]) == [expected[value] for value in simulated["sex"]]
    pairs = [(a, b) for a, b in zip(cells["sf"], simulated["ferritin"], strict=True) if a]
    assert pairs
    for cell, value in pairs:
        assert float(cell) * 0.4450378282 == pytest.approx(value, rel=1e-5)  # six digits are written


def test_longer_twin_begins_with_the_shorter():
    fields = (DictionaryField("id"), SEX, FERRITIN, DictionaryField("x", kind=Kind.INTEGER, limits=(3, 9)))
    short, _ = twin_of(*fields, n=20)
    long, _ = twin_of(*fields, n=60)

    assert all(list(long[name])[:20] == list(cells) for name, cells in short.items())


def test_new_column_leaves_the_others_as_they_were():
    one, _ = twin_of(DictionaryField("x", kind=Kind.INTEGER, limits=(3, 9)))
    two, _ = twin_of(DictionaryField("w"), DictionaryField("x", kind=Kind.INTEGER, limits=(3, 9)))

    assert one["x"] == two["x"]


def test_independent_columns_keep_limits_levels_formats_and_patterns():
    cells, _ = twin_of(
        DictionaryField("count", kind=Kind.INTEGER, limits=(3, 5), required=True),
        DictionaryField("share", kind=Kind.CONTINUOUS, limits=(0.0, 0.05), required=True),
        DictionaryField("day", kind=Kind.DATE, date_format="%d.%m.%Y", required=True),
        DictionaryField("moment", kind=Kind.DATE, date_format="%Y-%m-%d %H:%M", required=True),
        DictionaryField("pet", kind=Kind.CATEGORICAL, levels={"a": "dog", "b": "cat"}, required=True),
        DictionaryField("clock", pattern=r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]", required=True),
        DictionaryField("comma", kind=Kind.CONTINUOUS, pattern=r"[+-]?[0-9]+,[0-9]{2}", required=True),
        DictionaryField("places", kind=Kind.CONTINUOUS, pattern=r"[+-]?[0-9]+\.[0-9]{3}", required=True),
    )

    assert set(cells["count"]) == {"3", "4", "5"}
    assert all(0 <= float(cell) <= 0.05 for cell in cells["share"])
    assert all(re.fullmatch(r"\d\d\.\d\d\.2024", cell) for cell in cells["day"])
    assert all(re.fullmatch(r"2024-\d\d-\d\d \d\d:\d\d", cell) for cell in cells["moment"])
    assert set(cells["pet"]) == {"a", "b"}
    assert set(cells["clock"]) == {"12:30"}
    assert all(re.fullmatch(r"\d+,\d\d", cell) for cell in cells["comma"])
    assert all(re.fullmatch(r"\d+\.\d{3}", cell) for cell in cells["places"])


def test_gaps_have_the_codes_of_the_dictionary():
    cells, _ = twin_of(
        DictionaryField("x", kind=Kind.INTEGER, limits=(0, 9), missing={"-8": "refused"}),
        n=400,
        missing={"-9": "not done"},
    )

    gaps = [cell for cell in cells["x"] if cell in ("", "-8", "-9")]
    assert set(gaps) == {"", "-8", "-9"}
    assert 5 <= len(gaps) <= 40  # one in twenty of 400


def test_required_columns_have_no_gap():
    cells, _ = twin_of(
        DictionaryField("x", kind=Kind.INTEGER, required=True), n=400, missing={"-9": "not done"}
    )

    assert all(cell.isdigit() for cell in cells["x"])


def test_limits_of_the_dictionary_bound_simulated_values():
    cells, _ = twin_of(DictionaryField("age", kind=Kind.INTEGER, limits=(45, 60)))

    assert {min(map(int, cells["age"])), max(map(int, cells["age"]))} == {45, 60}


def test_identifiers_are_obviously_invented():
    cells, _ = twin_of(
        DictionaryField("name"),
        DictionaryField("email"),
        DictionaryField("mrn", kind=Kind.INTEGER, identifies=True),
        DictionaryField("dob", kind=Kind.DATE),
        n=3,
    )

    assert list(cells["name"]) == ["synthetic-0001", "synthetic-0002", "synthetic-0003"]
    assert list(cells["email"]) == [NOBODY] * 3
    assert list(cells["mrn"]) == ["1", "2", "3"]
    assert list(cells["dob"]) == ["1950-01-01", "1975-01-01", "2000-01-01"]


def test_only_what_is_surely_or_likely_a_variable_is_simulated():
    _, twin = twin_of(DictionaryField("coffee", kind=Kind.CONTINUOUS), FERRITIN)

    assert [column.name for column in twin.columns if column.in_force] == ["sf"]


@pytest.mark.slow
def test_a_column_of_cases_brings_controls():
    case = DictionaryField("rls", "RLS diagnosis", Kind.BINARY, levels={"0": "No", "1": "Yes"})
    cells, twin = twin_of(case, n=60)

    assert twin.design == "case_control"
    assert set(cells["rls"]) == {"0", "1"}


def test_columns_are_what_a_study_file_says_whatever_their_names():
    twin = make_twin(
        Dictionary("study.toml", (DictionaryField("x", kind=Kind.INTEGER), DictionaryField("age"))),
        n=5,
        variables={"x": "irls_total"},
    )
    simulated = simulate_cohort(n=5, seed=1, design="sleep_clinic").data["irls_total"]

    assert list(twin.cells[1]) == [str(value) for value in simulated]
    assert [column.in_force for column in twin.columns] == [True, False]


def test_dictionary_of_a_synthetic_file_is_refused():
    with pytest.raises(CohortError) as caught:
        twin_of(DictionaryField("synthetic_participant"))

    assert str(caught.value) == (
        "'dictionary.csv' cannot be read:\n"
        "  - 'dictionary.csv' has a column 'synthetic_participant', which marks files that are already synthetic. "
        "Give the dictionary of the real data."
    )


def test_size_out_of_range_is_our_own_error():
    with pytest.raises(DeclarationError, match="A cohort has 1 to"):
        twin_of(SEX, n=0)


def test_twin_of_one_person_is_made():
    cells, _ = twin_of(SEX, FERRITIN, n=1)

    assert len(cells["sex"]) == 1
