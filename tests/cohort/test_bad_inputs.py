"""Every file of the bad-file corpus gets the expected response, code and place, as `rlsstudy check --json` tells them."""

import csv
from functools import cache
from pathlib import Path

import pytest

from rlsstudy.cohort.check import check_file
from rlsstudy.declare import Study
from rlsstudy.declare.study_file import load_study

CORPUS = Path(__file__).resolve().parents[1] / "data" / "bad_inputs"
STUDY = CORPUS / "study.toml"
GOOD = (CORPUS / "files" / "good.csv").read_text(encoding="utf-8")
RESPONSES = ("accept", "note", "warn", "refuse")

with (CORPUS / "expected.csv").open(encoding="utf-8", newline="") as expected:
    CASES = {row["case"]: row for row in csv.DictReader(expected)}


def late_text_in_number() -> str:
    header, *rows = GOOD.splitlines()
    more = [f"{10_000 + n},0,2021-04-01,50,female,DE,20,50,TOX3," for n in range(60_000)]
    return "\n".join([header, *rows, *more, "99999,0,2021-04-01,50,female,DE,twenty,50,TOX3,", ""])


def many_columns() -> str:
    header, *rows = GOOD.splitlines()
    names = ",".join(f"v{n}" for n in range(20_000))
    return "\n".join([f"{header},{names}", *(row + ",1" * 20_000 for row in rows), ""])


LARGE = {"late_text_in_number": late_text_in_number, "many_columns": many_columns}


@cache
def study() -> Study:
    return load_study(STUDY)


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """Return what is found in the file of a case; each file is read once."""

    @cache
    def found(case: str) -> list[dict[str, object]]:
        path = CORPUS / "files" / CASES[case]["file"]
        if case in LARGE:
            path = tmp_path_factory.mktemp("large") / CASES[case]["file"]
            path.write_text(LARGE[case](), encoding="utf-8")
        return [problem.as_record() for problem in check_file(path, study())]

    return found


def response(found: list[dict[str, object]]) -> str:
    said = [RESPONSES.index(str(record["severity"])) for record in found]
    return RESPONSES[max(said, default=0)]


@pytest.mark.parametrize("case", CASES)
def test_case_gets_the_expected_response_code_and_place(case, records):
    expected = CASES[case]

    found = records(case)

    assert response(found) == expected["response"], found
    if expected["response"] == "accept":
        assert found == []
        return
    same = [record for record in found if record["code"] == expected["code"]]
    assert same, found
    places = {str(record["line"] or record["cell"] or "") for record in same}
    assert not expected["line"] or expected["line"] in places, found
    columns = {str(record["column"] or "") for record in same}
    named = expected["column"].removesuffix("…")  # a long name is cut in the table
    assert any(column.startswith(named) for column in columns), found


@pytest.mark.parametrize("case", CASES)
def test_no_record_shows_a_cell(case, records):
    value = CASES[case]["value"]
    words = ("allowed", "hint", "message")
    # The usual codes and words for missing values are nobody's values, and names of columns and keys are no cells.
    known = {"999", "-9", "99", "-77", ".", "missing", "not done", "?", "-", "#N/A", "NaN", "list", "years"}
    if CASES[case]["line"] in ("", "1") or value in known or len(value) < 4:
        return

    assert not [record for record in records(case) for word in words if value in str(record[word])]
