"""A cleaning is scored for what it repaired, and for what it damaged."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rlsstudy.cohort.mess.cleaning import correct_data, same_values, score_cleaning, step_of
from rlsstudy.cohort.mess.cleaning_files import cell_texts
from rlsstudy.cohort.mess.defects import DEFECTS
from rlsstudy.cohort.mess.sheet import Defect, Scope
from rlsstudy.cohort.mess.write_messy import write_messy
from rlsstudy.cohort.simulate import simulate_cohort
from rlsstudy.errors import CohortError

COLUMNS = ["planted", "repaired", "removed", "left", "altered"]
PARTICIPANT = "synthetic_participant"


@pytest.fixture(scope="module")
def cohort():
    return simulate_cohort(n=300, seed=5, design="population")


@pytest.fixture(scope="module")
def key(cohort, tmp_path_factory):
    return write_messy(cohort, tmp_path_factory.mktemp("messy") / "clinic.csv", seed=9).with_name(
        "clinic_key.csv"
    )


def by_column(column, text):
    """Return a planter that writes a text in one column."""
    return lambda sheet, row, pick: {column: text} if sheet.texts[column][row] not in ("", text) else {}


@pytest.fixture
def ages(cohort, tmp_path):
    """Write a file of three people, each with the age 230 and the first also twice: its messy texts and its key."""
    three = replace(cohort, data=cohort.data[["age", "bmi"]].head(3), reasons=cohort.reasons[["bmi"]].head(3))
    three = replace(three, data=three.data.assign(age=[58.0, 51.0, 33.0], bmi=[32.8, 21.4, 17.5]))
    old = Defect("age", "out of limits", 1, "Nobody is so old.", by_column("age", "230"))
    twice = Defect("twice", "duplicate", 1, "There are two.", lambda sheet, row, pick: {}, Scope.COPY)
    messy = write_messy(three, tmp_path / "ages.csv", seed=1, defects=(old, twice))
    return pd.read_csv(messy, index_col=PARTICIPANT), messy.with_name("ages_key.csv")


def test_an_untouched_file_is_left_as_it_was(key):
    score = score_cleaning(key.with_name("clinic.csv"), key)

    assert list(score.columns) == COLUMNS
    assert list(score.index[:-1]) == sorted(pd.read_csv(key)["kind"].unique())
    assert score.index[-1] == "damage"
    assert (score["left"] == score["planted"]).all()
    assert score["planted"].sum() == len(pd.read_csv(key)) == score.attrs["left"]
    assert score[["repaired", "removed", "altered"]].to_numpy().sum() == 0


@pytest.mark.parametrize("as_path", [True, False])
def test_a_perfect_cleaning_is_scored_full_and_without_damage(key, tmp_path, as_path):
    solved = correct_data(key)
    solved.to_csv(tmp_path / "solved.csv")
    score = score_cleaning(tmp_path / "solved.csv" if as_path else solved, key)

    assert (score["repaired"] == score["planted"]).all()
    assert score[["removed", "left", "altered"]].to_numpy().sum() == 0
    assert (score.attrs["damaged"], score.attrs["left_out"], score.attrs["participants"]) == (0, 0, 300)


def test_the_typed_data_of_the_cohort_are_a_perfect_cleaning(cohort, key):
    visits = pd.to_datetime(correct_data(key)["visit_date"]).to_numpy()
    typed = cohort.data.assign(visit_date=visits, noticed="by me").sample(frac=1, random_state=1)
    score = score_cleaning(typed, key)

    assert score.attrs["repaired"] == score.attrs["planted"] > 50
    assert score.attrs["damaged"] == 0


def test_a_file_read_by_pandas_and_not_cleaned_is_not_scored_as_clean(key):
    read = pd.read_csv(key.with_name("clinic.csv"))
    score = score_cleaning(read, key)

    assert score.attrs["damaged"] == 0
    # Pandas takes n/a for a gap; nothing else is put right by reading.
    assert score["repaired"].drop("hidden sentinel").sum() == 0
    assert score["left"].sum() + score.loc["hidden sentinel", "repaired"] == score["planted"].sum()


def test_each_outcome_is_counted(ages):
    messy, key = ages
    cleaned = messy[~messy.index.duplicated()].sort_index()
    cleaned["age"] = [58.4, np.nan, 23.0]

    score = score_cleaning(cleaned, key)

    assert score.loc["out of limits"].tolist() == [3, 1, 1, 0, 1]
    assert score.loc["duplicate"].tolist() == [3, 3, 0, 0, 0]
    assert score.loc["damage"].tolist() == [0, 0, 0, 0, 0]
    assert score.attrs == {
        "planted": 6, "repaired": 4, "removed": 1, "left": 0, "altered": 1,
        "damaged": 0, "clean": 6, "participants": 3, "left_out": 0,
    }  # fmt: skip


def test_of_two_rows_that_are_left_the_worse_counts(ages):
    messy, key = ages
    cleaned = messy.sort_index()
    cleaned["age"] = [58, 230, 51, np.nan, 33, 33]

    score = score_cleaning(cleaned, key)

    assert score.loc["out of limits"].tolist() == [3, 1, 1, 1, 0]
    assert score.loc["duplicate"].tolist() == [3, 0, 0, 3, 0]


def test_what_was_clean_and_is_changed_is_damage(ages):
    messy, key = ages
    cleaned = messy[~messy.index.duplicated()].sort_index()
    cleaned = cleaned.assign(age=[58, 51, 33], bmi=[32.84, np.nan, 71.5], visit_date="2024-01-08").drop(
        index=3
    )

    score = score_cleaning(cleaned.assign(visit_date=correct_data(key)["visit_date"].iloc[:2].tolist()), key)

    # One body mass index is gone; of the participant left out the index and the date of the visit.
    assert score.loc["damage"].tolist() == [0, 0, 3, 0, 0]
    assert score.loc["out of limits"].tolist() == [3, 2, 1, 0, 0]
    assert score.loc["duplicate"].tolist() == [3, 2, 1, 0, 0]
    assert score.attrs["left_out"] == 1
    assert score_cleaning(cleaned, key).loc["damage", "altered"] == 2


def test_a_gap_that_is_filled_is_damage(cohort, key):
    solved = correct_data(key)
    gap = solved.index[solved["crp"] == "[no blood drawn]"][0]
    planted = pd.read_csv(key)
    assert not ((planted["column"] == "crp") & (planted["row"] == int(gap) + 1)).any()
    solved.loc[gap, "crp"] = "1.7"

    score = score_cleaning(solved, key)

    assert (score.attrs["damaged"], score.loc["damage", "altered"]) == (1, 1)


def test_leaving_everybody_out_removes_everything(key):
    score = score_cleaning(correct_data(key).iloc[:0], key)

    assert (score["removed"].drop("damage") == score["planted"].drop("damage")).all()
    assert score.loc["damage", "removed"] == score.attrs["clean"] > 5000
    assert score.attrs["left_out"] == 300


def test_a_file_without_defects_has_damage_alone(cohort, tmp_path):
    path = write_messy(cohort, tmp_path / "clinic.csv", seed=1, defects=())
    score = score_cleaning(path, tmp_path / "clinic_key.csv")

    assert list(score.index) == ["damage"]
    assert score.loc["damage"].tolist() == [0, 0, 0, 0, 0]


@pytest.mark.slow
def test_every_defect_alone_is_found_by_its_kind(cohort, tmp_path):
    for defect in DEFECTS:
        path = write_messy(cohort, tmp_path / "one.csv", seed=3, defects=[replace(defect, rate=0.3)])
        key = tmp_path / "one_key.csv"
        kinds = score_cleaning(path, key).index[:-1].tolist()
        # Sites, batches, detection limits and onsets need not be among the simulated columns.
        maybe = ("unit of a whole site", "unit of a whole batch", "bound of the instrument", "onset ahead")
        possible = kinds or defect.name not in maybe
        assert kinds == ([defect.kind] if possible else [])
        assert score_cleaning(correct_data(key), key).attrs["left"] == 0


@pytest.mark.parametrize(
    ("one", "other", "step", "same"),
    [
        ("60.44", "60", 1.0, True),
        ("60.6", "60", 1.0, False),
        ("13.40", "13.4", 0.1, True),
        ("13.5", "13.4", 0.1, False),
        ("", "", 0.0, True),
        ("", "0", 1.0, False),
        ("Female", "female", 0.0, False),
        ("16,2", "16.2", 0.1, False),
    ],
)
def test_values_are_the_same_to_within_half_a_step(one, other, step, same):
    assert same_values(np.array([one], dtype=object), np.array([other], dtype=object), step).tolist() == [
        same
    ]


@pytest.mark.parametrize(
    ("texts", "step"), [(["58", ""], 1.0), (["1.25", "3"], 0.01), (["no", ""], 0.0), (["1e-05", "0.5"], 0.1)]
)
def test_the_step_of_a_column_is_its_last_decimal(texts, step):
    assert step_of(np.array(texts, dtype=object)) == pytest.approx(step, rel=1e-12)  # binary rounding only


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pd.Series([58.0, np.nan, 0.5]), ["58", "", "0.5"]),
        (pd.Series([4, None], dtype="Int64"), ["4", ""]),
        (pd.Series(["[not done]", "no", None], dtype=object), ["", "no", ""]),
        (pd.Series(["yes", None], dtype="category"), ["yes", ""]),
        (pd.to_datetime(pd.Series(["2024-03-05", None])), ["2024-03-05", ""]),
    ],
)
def test_values_are_read_whatever_their_type(column, texts):
    assert cell_texts(column).tolist() == texts


def refusal(cleaned, key):
    with pytest.raises(CohortError) as caught:
        score_cleaning(cleaned, key)
    return str(caught.value)


def test_cleaned_data_that_do_not_match_are_refused_with_all_reasons(ages):
    messy, key = ages
    cleaned = messy.drop(columns=["age", "visit_date"]).rename(index={3: 300})

    assert refusal(cleaned, key) == (
        "The cleaning cannot be scored:\n"
        "  - The cleaned data lack 2 columns of the messy file: visit_date, age. "
        "Keep all of them under their names; further columns do no harm.\n"
        "  - The cleaned data have 2 rows of participants that the messy file does not have. "
        "Keep the numbers in 'synthetic_participant' as they are."
    )


def test_the_participants_must_be_said(ages):
    messy, key = ages

    assert refusal(messy.reset_index(drop=True), key) == (
        "The cleaning cannot be scored:\n"
        "  - The cleaned data do not say who the participants are: there is no column 'synthetic_participant'. "
        "Keep it as a column or as the index."
    )


def test_columns_of_one_name_are_refused(ages):
    messy, key = ages

    assert refusal(pd.concat([messy, messy[["age"]]], axis=1), key) == (
        "The cleaning cannot be scored:\n"
        "  - The cleaned data have 1 column with the name of another. Keep one of each."
    )


def test_a_key_of_another_file_and_data_without_participants_are_said_together(ages):
    messy, key = ages
    file = key.with_name("ages.csv")
    file.write_text(file.read_text(encoding="utf-8").replace("230", "23"), encoding="utf-8")

    assert refusal(messy.reset_index(drop=True), key) == (
        "The cleaning cannot be scored:\n"
        "  - 'ages_key.csv' is not the key of 'ages.csv' as it is: 3 lines of 6 tell of a text that is not there "
        "(first in line 2). Put the messy file beside its key again, as it was written.\n"
        "  - The cleaned data do not say who the participants are: there is no column 'synthetic_participant'. "
        "Keep it as a column or as the index."
    )


def test_a_messy_file_with_more_than_its_key_tells_is_refused(ages):
    messy, key = ages
    file = key.with_name("ages.csv")
    text = file.read_text(encoding="utf-8")
    file.write_text(text + text.splitlines()[-1] + "\n", encoding="utf-8")

    assert refusal(messy, key) == (
        "The cleaning cannot be scored:\n"
        "  - 'ages.csv' has participants twice of whom its key does not tell. "
        "Put the messy file beside its key again, as it was written."
    )


def test_a_file_of_other_people_is_refused(ages):
    messy, key = ages
    key.with_name("ages.csv").write_text("participant,age\n1,58\n", encoding="utf-8")

    assert refusal(messy, key) == (
        "The cleaning cannot be scored:\n"
        "  - 'ages.csv' has no column 'synthetic_participant'. "
        "Put the messy file beside its key again, as it was written."
    )


def test_what_is_not_a_key_is_refused(ages, tmp_path):
    messy, key = ages
    assert refusal(messy, key.with_name("ages.csv")) == (
        "The cleaning cannot be scored:\n"
        "  - 'ages.csv' is not the name of a key. Allowed: names that end in _key.csv. "
        "Give the file that was written beside the messy one."
    )

    key.write_text("row,column\n2,age\n", encoding="utf-8")
    assert refusal(messy, key) == (
        "The cleaning cannot be scored:\n"
        "  - 'ages_key.csv' is not a key. Allowed: the columns defect, kind, row, column, planted, correct, hint."
    )
    with pytest.raises(CohortError) as caught:
        correct_data(key)
    assert str(caught.value).startswith("The key cannot be applied:\n  - 'ages_key.csv' is not a key.")


def test_files_that_are_not_there_are_all_named(tmp_path):
    assert refusal(tmp_path / "mine.csv", tmp_path / "clinic_key.csv") == (
        "The cleaning cannot be scored:\n"
        "  - There is no file 'clinic.csv'. Check the name; names in a study file count from its folder.\n"
        "  - There is no file 'clinic_key.csv'. Check the name; names in a study file count from its folder.\n"
        "  - There is no file 'mine.csv'. Check the name; names in a study file count from its folder."
    )
