"""What a review found to change, drop, merge or invent without a word, and what is said now."""

from pathlib import Path

import numpy as np
import pytest

from rlsstudy.cohort.check import check_file
from rlsstudy.cohort.files.raw_columns import NumberColumn
from rlsstudy.cohort.read import load_cohort
from rlsstudy.declare import Kind
from tests.cohort.columns import number
from tests.cohort.test_convert import SEX, read

HEAD = '[study]\ntitle = "S"\nkey = {key}\noutcome = "ferritin"\nfactors = ["age"]\npopulation = "everyone"\n'
COLUMNS = '[columns]\nAGE = "age"\nSF = { variable = "ferritin", unit = "pmol/L", unit_column = "u" }\n'


def study(folder: Path, body: str, key: str = '"id"', **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    listed = ", ".join(f'"{name}.csv"' for name in files)
    path = folder / "study.toml"
    head = HEAD.format(key=key).replace('title = "S"\n', f'title = "S"\ndata = [{listed}]\n')
    path.write_text(head + body, encoding="utf-8")
    return path


def codes(path: Path) -> list[str]:
    return [problem.code for problem in check_file(path) if problem.severity != "note"]


def test_unit_said_row_by_row_takes_the_place_of_the_unit_of_the_file(tmp_path):
    path = study(tmp_path, COLUMNS, a="id,AGE,SF,u\n1,50,100,pmol/L\n2,60,100,ng/mL\n")

    assert load_cohort(path).data["ferritin"].round(1).tolist() == [44.5, 100.0]


def test_unit_may_stand_in_another_file(tmp_path):
    path = study(tmp_path, COLUMNS, a="id,AGE,SF\n1,50,100\n", b="id,u\n1,ng/mL\n")

    assert load_cohort(path).data["ferritin"].tolist() == [100.0]


def test_category_of_many_levels_keeps_them_all(tmp_path):
    names = [f"c{n}" for n in range(300)]
    body = 'SF = "ferritin"\nAGE = "age"\n[columns.ward]\ntype = "category"\nlevels = ' + str(names).replace(
        "'", '"'
    )
    rows = "".join(f"{n},50,40,c{n}\n" for n in range(300))
    path = study(tmp_path, "[columns]\n" + body + "\n", a="id,SF,AGE,ward\n" + rows)

    assert load_cohort(path).data["ward"].tolist() == names


def test_variable_in_two_layouts_is_refused(tmp_path):
    body = '[columns]\nAGE = "age"\nSF = "ferritin"\n[layouts.other]\nhas = ["ALTER"]\nkey = "id"\n[layouts.other.columns]\nALTER = "age"\n'

    assert codes(study(tmp_path, body, a="id,AGE,SF\n1,50,9\n", b="id,ALTER\n1,51\n")) == [
        "E_DUPLICATE_COLUMN"
    ]


def test_visits_of_a_later_file_only_invent_nobody(tmp_path):
    body = '[columns]\nAGE = "age"\n[layouts.long]\nhas = ["vis"]\nkey = ["pid", "vis"]\n[layouts.long.columns]\nSF = "ferritin"\n'

    assert codes(study(tmp_path, body, a="id,AGE\n1,50\n", b="pid,vis,SF\n1,0,9\n1,1,8\n")) == ["E_VISITS"]


def test_one_visit_written_in_two_ways_is_a_duplicate(tmp_path):
    path = study(
        tmp_path,
        '[columns]\nAGE = "age"\nSF = "ferritin"\n',
        '["id", "v"]',
        a="id,v,AGE,SF\n1,0,50,9\n1,00,50,8\n",
    )

    assert codes(path) == ["E_DUPLICATE_KEY"]


def test_visits_that_only_a_later_file_has_are_counted(tmp_path):
    path = study(
        tmp_path,
        '[columns]\nAGE = "age"\nSF = "ferritin"\n',
        '["id", "v"]',
        a="id,v,AGE\n1,0,50\n1,1,50\n",
        b="id,v,SF\n1,0,9\n1,2,8\n",
    )

    cohort = load_cohort(path)

    assert [entry.reason for entry in cohort.ledger][1] == "'b.csv' has 1 of these rows"
    assert "'b.csv' has 1 row of participant and visit not in 'a.csv', left out." in map(str, cohort.notes)


def test_reason_beside_a_value_is_refused_and_a_mapped_column_is_what_the_study_says(tmp_path):
    rows = "id,AGE,SF,drug,drug__reason\n1,50,9,rotigotine,pain\n"
    body = '[columns]\nAGE = "age"\nSF = "ferritin"\n[columns.drug]\ntype = "text"\n'

    assert codes(study(tmp_path, body, a=rows)) == ["E_REASON_BESIDE_VALUE"]
    mapped = body + '[columns.drug__reason]\ntype = "text"\n'
    data = load_cohort(study(tmp_path, mapped, a=rows)).data
    assert data[["drug", "drug__reason"]].to_numpy().tolist() == [["rotigotine", "pain"]]


def test_labels_of_the_file_that_contradict_the_study_are_a_warning():
    raw = NumberColumn(np.asarray([1.0, 2.0]), labels={1.0: "Male", 2.0: "Female"})

    column, problems = read(SEX, raw, 2, codes={"1": "female", "2": "male"})

    assert column.values.tolist() == [1, 0]
    assert [(p.code, p.count) for p in problems] == [("W_LABELS", 2)]


def test_values_labelled_as_no_answer_are_a_warning_until_they_are_declared():
    age = number("age", Kind.INTEGER)
    raw = NumberColumn(np.asarray([50.0, 99.0]), labels={99.0: "Refused"})

    assert [(p.code, p.count) for p in read(age, raw, 2)[1]] == [("W_LABELLED_MISSING", 1)]
    assert read(age, raw, 2, missing={"99": "refused"})[1] == []


@pytest.mark.parametrize("keys", [("A1", "a1"), ("001", "1"), ("Mu\u0308", "M\u00fc")])
def test_keys_that_are_nearly_the_same_are_a_warning(tmp_path, keys):
    rows = "".join(f"{key},50,9\n" for key in keys)

    assert codes(study(tmp_path, '[columns]\nAGE = "age"\nSF = "ferritin"\n', a="id,AGE,SF\n" + rows)) == [
        "W_KEY_ALIKE"
    ]


def test_declared_key_may_stand_in_every_file(tmp_path):
    body = '[columns]\nAGE = "age"\nSF = "ferritin"\n[columns.id]\ntype = "text"\nvariable = "person"\n'

    assert codes(study(tmp_path, body, a="id,AGE\nA,50\n", b="id,SF\nA,9\n")) == []


def test_files_without_a_key_are_not_merged(tmp_path):
    body = '[columns]\nAGE = "age"\nSF = "ferritin"\n'

    assert codes(study(tmp_path, body, '"row number"', a="AGE\n50\n", b="SF\n9\n")) == ["E_ROW_KEY"]


def test_visit_that_nobody_has_is_a_problem_of_the_check_too(tmp_path):
    path = study(
        tmp_path,
        '[columns]\nAGE = "age"\nSF = "ferritin"\n',
        '["id", "v"]\nat_visit = 7',
        a="id,v,AGE,SF\n1,0,50,9\n",
    )

    assert codes(path) == ["E_NO_VISIT"]


def test_columns_that_are_all_commented_out_read_nothing_by_their_names(tmp_path):
    assert "E_MISSING_COLUMN" in codes(study(tmp_path, "[columns]\n", a="id,age,ferritin\n1,50,9\n"))
