"""Files come through the declaration to a typed cohort, or to one error with everything that was found."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rlsstudy.cohort.cohort import LedgerEntry
from rlsstudy.cohort.read import load_cohort
from rlsstudy.declare import (
    CausalModel,
    ColumnMap,
    DataFiles,
    Domain,
    Exclusion,
    Kind,
    Scale,
    Study,
    Variable,
)
from rlsstudy.declare.equations import BandOf, SumOf
from rlsstudy.errors import CohortError

AGE = Variable("age", "Age", Domain.DEMOGRAPHY, Kind.INTEGER, "years", (18, 95))
SEX = Variable("sex", "Sex", Domain.DEMOGRAPHY, Kind.BINARY, levels=("male", "female"))
FERRITIN = Variable(
    "ferritin", "Serum ferritin", Domain.IRON, Kind.CONTINUOUS, "µg/L", (1, 3000), scale=Scale.LOG2,
    contrast=(50, 100),
)  # fmt: skip
CASE = Variable("rls_case", "RLS", Domain.OUTCOME, Kind.BINARY, levels=("no", "yes"))
ITEMS = tuple(
    Variable(f"i{n}", f"Item {n}", Domain.OUTCOME, Kind.INTEGER, limits=(0, 4), applies_to="rls_case")
    for n in (1, 2)
)
TOTAL = Variable(
    "irls_total", "IRLS total", Domain.OUTCOME, Kind.INTEGER, "points", (0, 8), applies_to="rls_case",
    equation=SumOf(items=("i1", "i2")), source="assumed",
)  # fmt: skip
BAND = Variable(
    "band", "IRLS band", Domain.OUTCOME, Kind.ORDINAL, levels=("low", "high"),
    equation=BandOf(score="irls_total", cuts=(4,)), source="assumed",
)  # fmt: skip
MODEL = CausalModel("A small model", (AGE, SEX, FERRITIN, CASE, *ITEMS, TOTAL, BAND))
COLUMNS = tuple(
    ColumnMap(column, variable)
    for column, variable in {
        "AGE": "age",
        "SF": "ferritin",
        "RLS": "rls_case",
        "I1": "i1",
        "I2": "i2",
    }.items()
)
GOOD = "id,AGE,SF,RLS,I1,I2\nA7,50,45.5,yes,1,2\nB2,60,,no,,\nC9,41,120,yes,4,\n"


def study(folder: Path, text: str = GOOD, **changes: object) -> Study:
    path = folder / "cohort.csv"
    path.write_text(text, encoding="utf-8")
    data = DataFiles(**({"paths": (path,), "key": "id", "columns": COLUMNS} | changes))
    return Study("Iron", MODEL, "irls_total", ("ferritin",), data, "rls_case", "study.toml")


def refused(asked: Study) -> CohortError:
    with pytest.raises(CohortError) as caught:
        load_cohort(asked)
    return caught.value


def codes(error: CohortError) -> list[str]:
    return [problem.code for problem in error.problems]


def test_columns_have_declared_types_and_order(tmp_path):
    cohort = load_cohort(study(tmp_path))

    expected = pd.DataFrame(
        {
            "age": pd.array([50, 60, 41], dtype="Int64"),
            "ferritin": [45.5, np.nan, 120.0],
            "rls_case": pd.Categorical(["yes", "no", "yes"], categories=["no", "yes"]),
            "i1": pd.array([1, None, 4], dtype="Int64"),
            "i2": pd.array([2, None, None], dtype="Int64"),
            "irls_total": pd.array([3, None, None], dtype="Int64"),
            "band": pd.Categorical(["low", None, None], categories=["low", "high"], ordered=True),
        },
        index=pd.Index([1, 2, 3], name="participant"),
    )
    pd.testing.assert_frame_equal(cohort.data, expected)


def test_every_gap_has_a_reason_and_values_have_none(tmp_path):
    reasons = load_cohort(study(tmp_path)).reasons

    assert list(reasons) == ["ferritin", "i1", "i2", "irls_total", "band"]
    assert reasons.astype(object).where(reasons.notna(), None).to_numpy().tolist() == [
        [None, None, None, None, None],
        ["not recorded", "not applicable", "not applicable", "not applicable", "not applicable"],
        [None, None, "not recorded", "not recorded", "not recorded"],
    ]


def test_origin_has_the_hash_and_no_folder(tmp_path):
    origin = load_cohort(study(tmp_path)).origin

    assert origin.facts == {"cohort.csv": hashlib.sha256(GOOD.encode()).hexdigest()}
    assert (origin.description, origin.synthetic) == ("Read from cohort.csv.", False)


def test_two_files_are_merged_by_key_and_the_first_says_who_is_in(tmp_path):
    other = tmp_path / "blood.csv"
    other.write_text("id,SF\nC9,120\nA7,45.5\nZ1,80\n", encoding="utf-8")
    text = "id,AGE,RLS,I1,I2\nA7,50,yes,1,2\nB2,60,no,,\nC9,41,yes,4,4\n"
    asked = study(tmp_path, text, paths=(tmp_path / "cohort.csv", other))

    cohort = load_cohort(asked)

    assert cohort.data["ferritin"].fillna(-1).tolist() == [45.5, -1, 120]
    assert cohort.ledger == (
        LedgerEntry("read", "participants in 'cohort.csv'", 3, 3),
        LedgerEntry("merged", "'blood.csv' has 2 of them", 3, 3),
    )
    assert [str(problem) for problem in cohort.notes] == [
        "'blood.csv' has 1 participant not in 'cohort.csv', left out."
    ]


def test_file_without_any_of_the_participants_is_refused(tmp_path):
    other = tmp_path / "blood.csv"
    other.write_text("id,SF\n07,120\n", encoding="utf-8")
    text = "id,AGE,RLS,I1,I2\n7,50,yes,1,2\n"

    assert str(refused(study(tmp_path, text, paths=(tmp_path / "cohort.csv", other))).problems[0]) == (
        "'blood.csv' has no participant of 'cohort.csv'. Allowed: keys that both files have."
        " Is 'id' written in the same way in both, with the same leading zeros?"
    )


def test_excluded_participants_are_counted_and_not_checked(tmp_path):
    rules = (
        Exclusion("age", "under 18 years", below=18),
        Exclusion("ferritin", "no ferritin", when_missing=True),
    )
    text = GOOD + "D1,12,99999,yes,1,1\n"

    cohort = load_cohort(study(tmp_path, text, exclusions=rules))

    assert cohort.data.index.tolist() == [1, 3]
    assert cohort.ledger[1:] == (
        LedgerEntry("excluded", "under 18 years", 4, 3),
        LedgerEntry("excluded", "no ferritin", 3, 2),
    )


def test_every_problem_of_a_file_is_listed_at_once(tmp_path):
    text = (
        "id,AGE,SF,RLS,I1,I2\n"
        "A7,50,45.5,yes,1,2\n"
        "A7,60,0,no,1,\n"
        ",17,9000,maybe,4,4\n"
        "C9,17.5,x,yes,5,5\n"
        "D1,17,,yes\n"
        "E1,17,0,no,1,1\n"
    )

    error = refused(study(tmp_path, text))

    assert str(error) == (
        "The data of 'study.toml' cannot be used as they are:\n"
        "  - 'cohort.csv' has 1 row with too few fields (first in line 6)."
        " Allowed: 6 fields in every row, as in the header. Was the file cut, or a separator lost?\n"
        "  - Key column 'id' of 'cohort.csv' has 1 row without a key (first in line 4)."
        " Allowed: a key in every row. Fill them in, or remove the rows.\n"
        "  - Key column 'id' of 'cohort.csv' has 1 row with a key that stands above (first in line 3)."
        " Allowed: one row per participant. The first one stands also in line 2;"
        " the rows differ in 'AGE', 'SF', 'RLS', 'I2'. Remove or mend them.\n"
        "  - Column 'AGE' of 'cohort.csv' (Age) has 1 value not written as a whole number (first in line 5)."
        " Allowed: whole numbers from 18 to 95 years."
        ' Mend them, or declare what they mean: in [columns], AGE = { …, missing = { "…" = "not done" } }.\n'
        "  - Column 'SF' of 'cohort.csv' (Serum ferritin) has 1 value not written as a number (first in line 5)."
        " Allowed: numbers from 1 to 3000 µg/L."
        ' Mend them, or declare what they mean: in [columns], SF = { …, missing = { "…" = "not done" } }.\n'
        "  - Column 'RLS' of 'cohort.csv' has 1 value without a meaning (first in line 4)."
        " Allowed: no, yes. Check blanks and case, and declare every code:"
        " in [columns], RLS = { …, codes = { … } }.\n"
        "  - Column 'I1' of 'cohort.csv' (Item 1) has 2 values where 'rls_case' is no (first in line 3)."
        " Allowed: values only where 'rls_case' is yes. Leave these cells empty, or check the other column.\n"
        "  - Column 'I2' of 'cohort.csv' (Item 2) has 1 value where 'rls_case' is no (first in line 7)."
        " Allowed: values only where 'rls_case' is yes. Leave these cells empty, or check the other column.\n"
        "  - 'irls_total' (IRLS total) has 1 value where 'rls_case' is no."
        " Allowed: values only where 'rls_case' is yes. Leave these cells empty, or check the other column.\n"
        "  - Column 'AGE' of 'cohort.csv' (Age) has 2 values outside the limits (first in line 4)."
        " Allowed: whole numbers from 18 to 95 years. Is the unit right?"
        " Codes for missing values are declared in [columns]; plausible values in [variables].\n"
        "  - Column 'SF' of 'cohort.csv' (Serum ferritin) has 2 values of 0 or less, which has no logarithm"
        " (first in line 3). Allowed: numbers from 1 to 3000 µg/L."
        ' If 0 is a gap, declare it: SF = { …, missing = { 0 = "not done" } }.'
        ' If it is a value, keep it: [variables.ferritin] scale = "linear", with limits and contrast for it.\n'
        "  - Column 'SF' of 'cohort.csv' (Serum ferritin) has 1 value outside the limits (first in line 4)."
        " Allowed: numbers from 1 to 3000 µg/L. Is the unit right?"
        " Codes for missing values are declared in [columns]; plausible values in [variables].\n"
        "  - Column 'I1' of 'cohort.csv' (Item 1) has 1 value outside the limits (first in line 5)."
        " Allowed: whole numbers from 0 to 4. Is the unit right?"
        " Codes for missing values are declared in [columns]; plausible values in [variables].\n"
        "  - Column 'I2' of 'cohort.csv' (Item 2) has 1 value outside the limits (first in line 5)."
        " Allowed: whole numbers from 0 to 4. Is the unit right?"
        " Codes for missing values are declared in [columns]; plausible values in [variables].\n"
        "  - 'irls_total' (IRLS total) has 1 value outside the limits."
        " Allowed: whole numbers from 0 to 8 points. Is the unit right?"
        " Codes for missing values are declared in [columns]; plausible values in [variables]."
    )


def test_no_message_shows_a_value_or_a_key(tmp_path):
    text = "id,AGE,SF,RLS,I1,I2\nKEY77,171717,272727,373737,474747,575757\nKEY77,17,2x7,37,47,57\n"

    message = str(refused(study(tmp_path, text)))

    assert not [
        value
        for value in ("KEY77", "171717", "272727", "373737", "474747", "575757", "2x7")
        if value in message
    ]


def test_zeros_on_a_logarithmic_scale_are_gaps_once_they_are_declared(tmp_path):
    columns = (ColumnMap("SF", "ferritin", missing={"0": "not done"}), *COLUMNS[2:])

    cohort = load_cohort(study(tmp_path, GOOD.replace("45.5", "0"), columns=columns))

    assert cohort.reasons["ferritin"].tolist()[:2] == ["not done", "not recorded"]


def test_score_that_disagrees_with_its_items_is_refused(tmp_path):
    text = "id,SF,RLS,I1,I2,TOTAL\nA,50,yes,1,2,3\nB,50,yes,1,2,4\nC,50,yes,1,,4\n"
    columns = (*COLUMNS[1:], ColumnMap("TOTAL", "irls_total"))

    assert str(refused(study(tmp_path, text, columns=columns))) == (
        "The data of 'study.toml' cannot be used as they are:\n"
        "  - Column 'TOTAL' of 'cohort.csv' (IRLS total) has 1 value other than its declaration derives"
        " from 'i1' to 'i2' (first in line 3). Check the items, or leave this column out of [columns] to have it derived."
    )


def test_mapped_column_that_is_not_there_is_named_with_a_suggestion(tmp_path):
    assert str(refused(study(tmp_path, GOOD.replace("SF", "SFE")))) == (
        "The data of 'study.toml' cannot be used as they are:\n"
        "  - Column 'SF', mapped to 'ferritin', is not in 'cohort.csv' (first in line 1)."
        " Check its name in [columns]. Did you mean 'SFE'?"
    )


def test_outcome_without_a_column_is_refused(tmp_path):
    error = refused(study(tmp_path, columns=COLUMNS[:4]))

    assert codes(error) == ["E_NO_OUTCOME"]
    assert "The outcome 'irls_total' (IRLS total) has no column and cannot be derived" in str(error)


def test_other_columns_are_left_alone_and_counted(tmp_path):
    notes = load_cohort(study(tmp_path, columns=COLUMNS[1:])).notes

    assert [str(note) for note in notes] == [
        "'cohort.csv' has 1 column that the study does not map, left alone."
    ]


def test_declared_variables_among_other_columns_are_named(tmp_path):
    notes = load_cohort(study(tmp_path, GOOD.replace("AGE", "age"), columns=COLUMNS[1:])).notes

    assert [str(note) for note in notes] == [
        "'cohort.csv' has 1 column that the study does not map, left alone."
        " Declared variables among them, to be mapped if meant: age."
    ]


def test_column_name_with_markup_is_refused(tmp_path):
    error = refused(study(tmp_path, GOOD.replace("AGE", "<b>"), columns=COLUMNS[1:]))

    assert str(error) == (
        "The data of 'study.toml' cannot be used as they are:\n"
        "  - 'cohort.csv' has 1 column name with characters that are not allowed, the first at place 2"
        " (first in line 1). Allowed: letters, digits, _ . - and blanks; at most 64 characters."
        " Rename it, or map it in [columns]."
    )
    assert [problem.column for problem in error.problems] == ["<b>"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("key,AGE\n1,2\n", "E_MISSING_COLUMN"),
        (GOOD.replace("B2", "B2 "), "E_PATTERN"),
        (GOOD.replace("B2", "B\u200b2"), "E_PATTERN"),
        ("id,AGE,SF,RLS,I1,I2\n", "E_NO_ROWS"),
    ],
)
def test_file_without_usable_participants_is_refused(tmp_path, text, code):
    assert codes(refused(study(tmp_path, text)))[0] == code


def test_nobody_left_is_refused(tmp_path):
    rule = (Exclusion("age", "over 20 years", above=20),)

    assert str(refused(study(tmp_path, exclusions=rule))) == (
        "The data of 'study.toml' cannot be used as they are:\n  - Nobody is left after the exclusions."
        " Check the bounds in [[exclusions]], and the units of the columns they use."
    )


def test_exclusion_by_something_unread_is_refused(tmp_path):
    rule = (Exclusion("sex", "men", when_missing=True),)

    assert str(refused(study(tmp_path, exclusions=rule)).problems[0]) == (
        "The exclusion 'men' needs 'sex', which has no column. Map its column in [columns]."
    )


def test_column_in_two_files_is_refused(tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("id,SF\nA7,1\n", encoding="utf-8")
    asked = study(tmp_path, paths=(tmp_path / "cohort.csv", other))

    assert str(refused(asked)) == (
        "The data of 'study.toml' cannot be used as they are:\n"
        "  - Column 'SF', mapped to 'ferritin', is in 'cohort.csv' and 'other.csv'."
        " Allowed: one file for each column. Rename it in one of them."
    )


def test_unknown_ending_and_missing_file_are_named_together(tmp_path):
    (tmp_path / "a.docx").write_text("x", encoding="utf-8")
    asked = study(tmp_path, paths=(tmp_path / "a.docx", tmp_path / "b.csv"))

    assert str(refused(asked)) == (
        "The data of 'study.toml' cannot be used as they are:\n"
        "  - 'a.docx' has an ending that is not known. Allowed: .csv, .tsv, .tab, .txt, .csv.gz, .tsv.gz,"
        " .csv.zip, .xlsx, .xlsm, .xls, .ods, .sav, .zsav, .por, .dta, .xpt, .xpt5, .sas7bdat, .parquet, .pq, .feather, .arrow."
        " Open it where it belongs, and save the table as CSV or xlsx.\n"
        "  - There is no file 'b.csv'. Check the name; names in a study file count from its folder."
    )


def test_much_missing_is_a_warning_and_not_a_refusal(tmp_path):
    text = "id,AGE,SF,RLS,I1,I2\nA,50,,yes,1,2\nB,60,,yes,1,1\nC,41,,yes,1,1\nD,,5,yes,,1\n"
    text = text.replace("D,,5", "D,,")

    notes = load_cohort(study(tmp_path, text)).notes

    assert [(note.code, note.column, note.count) for note in notes] == [("W_ALL_MISSING", "SF", 4)]


def test_data_file_without_any_declared_column_is_refused(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("id,site\n1,2\n", encoding="utf-8")

    with pytest.raises(CohortError) as caught:
        load_cohort(path)

    assert str(caught.value) == (
        "The data of 'mine.csv' cannot be used as they are:\n"
        "  - No column with the name of a declared variable is in 'mine.csv'. Map its columns in [columns]."
        " Does the first line hold the column names?"
    )


def test_data_file_alone_is_read_by_declared_names(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("participant_id,age,sex,site\nX1,50,male,1\nX2,60,female,2\n", encoding="utf-8")

    cohort = load_cohort(path)

    assert cohort.data.index.tolist() == [1, 2]
    assert list(cohort.data) == ["age", "sex"]
    assert [note.code for note in cohort.notes] == ["N_UNMAPPED", "W_NO_OUTCOME"]


def test_running_number_of_our_own_files_is_kept(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("participant,age\n2,50\n5,60\n", encoding="utf-8")

    assert load_cohort(path).data.index.tolist() == [2, 5]


def test_participant_keys_that_are_no_running_number_are_not_kept(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("participant,age\n70345,50\n10412,60\n", encoding="utf-8")

    assert load_cohort(path).data.index.tolist() == [1, 2]


def test_single_participant_is_a_cohort(tmp_path):
    cohort = load_cohort(study(tmp_path, "id,AGE,SF,RLS,I1,I2\nA7,50,45.5,yes,1,2\n"))

    assert cohort.n == 1
    assert cohort.reasons.shape == (1, 0)


def test_synthetic_study_is_simulated(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(
        '[study]\ntitle = "S"\ndata = "synthetic"\n[synthetic]\nn = 20\nseed = 1\n', encoding="utf-8"
    )

    cohort = load_cohort(path)

    assert (cohort.n, cohort.is_synthetic) == (20, True)


def test_factors_without_a_column_are_named_and_left_out(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("id,ferritin,irls_total\n1,50,5\n2,70,8\n", encoding="utf-8")
    asked = Study(
        "Iron", MODEL, "irls_total", ("age", "ferritin", "sex"), DataFiles((path,), "id", ()), "rls_case"
    )

    cohort = load_cohort(asked)

    assert cohort.study.factors == ("ferritin",)
    assert [str(note) for note in cohort.notes] == ["2 of 3 factors have no column: age, sex."]
