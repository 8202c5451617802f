"""A messy file has what its key says, where it says, and nothing else."""

import csv
import datetime
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from rlsstudy.cohort.cohort import Cohort
from rlsstudy.cohort.mess.contradictions import onset_ahead, pregnant_man, score_without_rls
from rlsstudy.cohort.mess.defects import DEFECTS
from rlsstudy.cohort.mess.planters import (
    FIRST_VISIT,
    LAST_VISIT,
    SENTINELS,
    VISIT_DATE,
    bound,
    day_month,
    in_slip_unit,
    level_spelling,
    other_spellings,
    sentinel,
    shifted_row,
    swap_digits,
    swapped_columns,
    unit_of_group,
    unit_of_value,
)
from rlsstudy.cohort.mess.sheet import Defect, Pick, Scope, Sheet, slip_unit
from rlsstudy.cohort.mess.write_messy import KEY_COLUMNS, WHOLE_ROW, key_path, write_messy
from rlsstudy.cohort.simulate import simulate_cohort
from rlsstudy.cohort.write.cohort_file import write_cohort
from rlsstudy.declare import CausalModel, Design, Domain, Kind, Study, SyntheticData, Variable
from rlsstudy.declare.equations import Categorical, Normal
from rlsstudy.errors import CohortError, DeclarationError

NAMED = {defect.name: defect for defect in DEFECTS}


def lines(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def records(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def only(name, rate):
    return (replace(NAMED[name], rate=rate),)


@pytest.fixture(scope="module")
def cohort():
    return simulate_cohort(n=400, seed=5, design="population")


@pytest.fixture(scope="module")
def messy(cohort, tmp_path_factory):
    return write_messy(cohort, tmp_path_factory.mktemp("messy") / "clinic.csv", seed=9)


def test_the_key_turns_the_messy_file_into_the_clean_one(cohort, messy, tmp_path):
    header, *rows = lines(messy)
    second_rows = set()
    for entry in records(key_path(messy)):
        place = int(entry["row"]) - 2
        if entry["column"] == WHOLE_ROW:
            second_rows.add(place)
        else:
            rows[place][header.index(entry["column"])] = entry["correct"]
    rows = [row for place, row in enumerate(rows) if place not in second_rows]
    visits = header.index("visit_date")
    without_visits = [[cell for place, cell in enumerate(row) if place != visits] for row in [header, *rows]]

    assert without_visits == lines(write_cohort(cohort, tmp_path / "clean.csv"))
    dates = [datetime.date.fromisoformat(row[visits]) for row in rows]
    assert min(dates) >= FIRST_VISIT
    assert max(dates) <= LAST_VISIT
    assert {date.weekday() for date in dates} == {0, 1, 2, 3, 4}


def test_each_line_of_the_key_is_a_cell_of_the_file_that_is_not_correct(messy):
    header, *rows = lines(messy)
    entries = records(key_path(messy))

    assert lines(key_path(messy))[0] == list(KEY_COLUMNS)
    for entry in entries:
        column = "synthetic_participant" if entry["column"] == WHOLE_ROW else entry["column"]
        assert rows[int(entry["row"]) - 2][header.index(column)] == entry["planted"]
        assert entry["planted"] != entry["correct"]
        assert entry["hint"]
    cells = Counter((entry["row"], entry["column"]) for entry in entries)
    assert set(cells.values()) == {1}


def test_all_kinds_that_the_data_allow_are_planted(cohort, tmp_path):
    often = [replace(defect, rate=min(1, 10 * defect.rate)) for defect in DEFECTS]
    path = write_messy(cohort, tmp_path / "clinic.csv", seed=2, defects=often)

    planted = {entry["defect"] for entry in records(key_path(path))}
    # Sites, batches, detection limits and onsets need not be among the simulated columns.
    maybe = {"unit of a whole site", "unit of a whole batch", "bound of the instrument", "onset ahead"}
    assert set(NAMED) - planted <= maybe


def test_the_same_seed_makes_the_same_mess_and_another_seed_another(cohort, messy, tmp_path):
    same = write_messy(cohort, tmp_path / "same.csv", seed=9)
    other = write_messy(cohort, tmp_path / "other.csv", seed=10)

    assert same.read_bytes() == messy.read_bytes()
    assert key_path(same).read_bytes() == key_path(messy).read_bytes()
    assert other.read_bytes() != messy.read_bytes()


def test_a_defect_lands_in_the_same_rows_whoever_follows(cohort, tmp_path):
    kept = [defect for defect in DEFECTS if defect.scope is Scope.ROW]
    shorter = replace(cohort, data=cohort.data.head(150), reasons=cohort.reasons.head(150))
    of_all = write_messy(cohort, tmp_path / "all.csv", seed=4, defects=kept)
    of_first = write_messy(shorter, tmp_path / "first.csv", seed=4, defects=kept)

    assert lines(of_first) == lines(of_all)[:151]


@pytest.mark.slow
def test_a_defect_comes_at_its_rate(tmp_path):
    cohort = simulate_cohort(n=4000, seed=1, design="population")
    path = write_messy(cohort, tmp_path / "clinic.csv", seed=1, defects=only("out of limits", 0.05))

    # Everybody has a number that can be too large: 200 are expected, and 4 standard errors are 55.
    assert abs(len(records(key_path(path))) - 200) < 55


def test_a_rate_of_one_hits_everybody_once(cohort, tmp_path):
    path = write_messy(cohort, tmp_path / "clinic.csv", seed=1, defects=only("trailing blank", 1))

    entries = records(key_path(path))
    assert [int(entry["row"]) for entry in entries] == list(range(2, 402))
    assert all(entry["planted"] == entry["correct"] + " " for entry in entries)


def test_without_defects_the_key_has_no_lines(cohort, tmp_path):
    path = write_messy(cohort, tmp_path / "clinic.csv", seed=1, defects=())

    assert lines(key_path(path)) == [list(KEY_COLUMNS)]
    assert len(lines(path)) == 401


def test_a_second_row_stands_anywhere_and_is_the_first_but_for_what_the_key_says(cohort, tmp_path):
    twice = [replace(defect, rate=0.2) for defect in DEFECTS if defect.scope is Scope.COPY]
    path = write_messy(cohort, tmp_path / "clinic.csv", seed=1, defects=twice)

    header, *rows = lines(path)
    entries = records(key_path(path))
    changed = {(entry["row"], entry["column"]) for entry in entries}
    before = 0
    second_rows = [int(entry["row"]) for entry in entries if entry["column"] == WHOLE_ROW]
    for line in second_rows:
        place = line - 2
        (other,) = [i for i, row in enumerate(rows) if row[0] == rows[place][0] and i != place]
        before += place < other
        pairs = zip(header, rows[place], rows[other], strict=True)
        different = {name for name, one, two in pairs if one != two}
        assert different == {name for row, name in changed if row == str(line)} - {WHOLE_ROW}
    assert 0 < before < len(second_rows)
    assert Counter(entry["defect"] for entry in entries)["participant twice"] > 20


def two_batches_at_three_sites():
    """Simulate 60 people with a haemoglobin that is also written in g/L, and a height that is also written in m."""
    model = CausalModel(
        "m",
        (
            grouping("study_site", "site 1", "site 2", "site 3"),
            grouping("assay_batch", "batch 1", "batch 2"),
            Variable(
                "haemoglobin", "Haemoglobin", Domain.IRON, Kind.CONTINUOUS, unit="g/dL", limits=(4, 22), resolution=0.1,
                contrast=(12, 13), other_units=(("g/L", 0.1),), equation=Normal(baseline=14, sd=1), source="assumed",
            ),
            Variable(
                "height", "Height", Domain.VASCULAR, Kind.CONTINUOUS, unit="cm", limits=(100, 230), resolution=1,
                contrast=(160, 170), other_units=(("m", 100.0),), equation=Normal(baseline=170, sd=9), source="assumed",
            ),
        ),
        designs=(Design("population", "Population"),),
    )  # fmt: skip
    data = SyntheticData("population", n=60, seed=1)
    return simulate_cohort(study=Study("Sites", model, "haemoglobin", ("study_site",), data))


def grouping(name, *levels):
    shares = tuple(1 / len(levels) for _ in levels)
    equation = Categorical(shares=shares)
    return Variable(
        name, name, Domain.STUDY, Kind.CATEGORICAL, levels=levels, equation=equation, source="assumed"
    )


@pytest.mark.parametrize(
    ("defect", "group", "column", "factor", "hint"),
    [
        (
            "unit of a whole site", "study_site", "height", 0.01,
            "Height is declared in cm; compare the sites: this one wrote m.",
        ),
        (
            "unit of a whole batch", "assay_batch", "haemoglobin", 10,
            "Haemoglobin is declared in g/dL; compare the batches: this one was written in g/L.",
        ),
    ],
)  # fmt: skip
def test_a_whole_group_writes_another_unit(tmp_path, defect, group, column, factor, hint):
    cohort = two_batches_at_three_sites()
    path = write_messy(cohort, tmp_path / "sites.csv", seed=1, defects=only(defect, 0.1))

    entries = records(key_path(path))
    level_of = {row["synthetic_participant"]: row[group] for row in records(path)}
    (hit,) = {level_of[str(int(entry["row"]) - 1)] for entry in entries}
    assert len(entries) == int((cohort.data[group] == hit).sum()) > 5
    assert {entry["column"] for entry in entries} == {column}
    for entry in entries:
        assert float(entry["planted"]) == pytest.approx(
            factor * float(entry["correct"]), rel=1e-12
        )  # rounding only
    assert entries[0]["hint"] == hint


def variable(name, kind=Kind.CONTINUOUS, **fields):
    return Variable(name, name, Domain.IRON, kind, source="test", **fields)


def sheet(variables, *rows):
    """Make a sheet of rows of texts, nothing taken."""
    names = [declared.name for declared in variables]
    texts = {
        name: np.array(cells, dtype=object)
        for name, cells in zip(names, zip(*rows, strict=True), strict=True)
    }
    taken = {name: np.zeros(len(rows), dtype=bool) for name in names}
    return Sheet(texts, dict(zip(names, variables, strict=True)), taken)


PICK = Pick(1, "test", 0)
NO_YES = ("no", "yes")


@pytest.mark.parametrize(
    ("name", "unit", "factor", "resolution", "text", "other"),
    [
        ("ferritin", "pmol/L", 1 / 2.247, 1, "60", "135"),
        ("haemoglobin", "g/L", 0.1, 0.1, "13.4", "134"),
        ("height", "m", 100, 1, "172", "1.72"),
        ("height", "m", 100, None, "172.5", "1.725"),
    ],
)
def test_unit_slips_are_written_as_the_unit_is(name, unit, factor, resolution, text, other):
    declared = variable(name, resolution=resolution, other_units=((unit, factor),))

    assert in_slip_unit(text, declared) == other
    assert unit_of_value(sheet([declared], [text]), 0, PICK) == {name: other}


def test_a_unit_that_gives_the_same_numbers_is_no_slip():
    assert slip_unit(variable("crp", other_units=(("µg/mL", 1.0), ("mg/dL", 10.0)))) == ("mg/dL", 10.0)
    assert slip_unit(variable("crp", other_units=(("µg/mL", 1.0),))) is None


@pytest.mark.parametrize(
    ("text", "swapped"),
    [
        ("58", "85"),
        ("32.8", "23.8"),
        ("0.95", "0.59"),
        ("10", ""),
        ("33", ""),
        ("105", "150"),
        ("-10", ""),
        ("7", ""),
    ],
)
def test_swapped_digits_are_another_number(text, swapped):
    assert swap_digits(text) == swapped


def test_spellings_of_a_level_cannot_mean_another():
    assert other_spellings("female", ("male", "female")) == ["Female", "FEMALE", "female ", "F", "Femal"]
    assert other_spellings("no", ("no", "yes")) == ["No", "NO", "no ", "N"]
    # "M" could be moderate as well.
    assert other_spellings("mild", ("mild", "moderate")) == ["Mild", "MILD", "mild "]


def test_a_row_is_shifted_up_to_the_next_gap():
    columns = [variable(name) for name in "abcdef"]
    rows = sheet(columns, ["1", "2", "3", "4", "[not done]", "6"], ["1", "2", "", "4", "5", "6"])

    assert shifted_row(rows, 0, PICK) == {"a": "", "b": "1", "c": "2", "d": "3", "e": "4"}
    assert shifted_row(rows, 1, PICK) == {}


def test_a_sentinel_takes_the_place_of_a_value_that_nobody_recorded():
    column = variable("ferritin")
    rows = sheet([column], ["[not done]"], [""], ["[not applicable]"], ["[below detection]"], ["60"])

    planted = [sentinel(rows, row, PICK).get("ferritin", "none") for row in range(5)]
    assert set(planted[:2]) <= set(SENTINELS)
    assert planted[2:] == ["none", "none", "none"]


@pytest.mark.parametrize(
    ("day", "planted"),
    [
        ("2024-02-07", "2024-07-02"),
        ("2024-03-12", "2024-12-03"),
        ("2024-02-06", None),  # 2 June is a day of the study
        ("2024-02-13", None),  # there is no month 13
    ],
)
def test_day_and_month_are_swapped_where_the_date_shows_it(day, planted):
    rows = Sheet({VISIT_DATE: np.array([day], dtype=object)}, {}, {VISIT_DATE: np.array([False])})

    assert day_month(rows, 0, PICK).get(VISIT_DATE) == planted


def test_a_group_has_no_slip_where_there_is_no_number():
    columns = [
        variable("assay_batch", Kind.CATEGORICAL, levels=("batch 1", "batch 2")),
        variable("ferritin", resolution=1, other_units=(("pmol/L", 1 / 2.247),)),
    ]
    rows = sheet(columns, ["batch 1", "60"], ["batch 1", "[not done]"])
    slip = unit_of_group("assay_batch", in_blood=True)

    assert slip(rows, 0, PICK) == {"ferritin": "135", "assay_batch": "batch 1"}
    assert slip(rows, 1, PICK) == {}
    rows.taken["ferritin"][0] = True
    assert slip(rows, 0, PICK) == {}


def test_two_columns_are_swapped_for_one_person():
    pressures = [variable("sbp"), variable("dbp")]

    assert swapped_columns(sheet(pressures, ["120", "80"]), 0, PICK) == {"sbp": "80", "dbp": "120"}
    assert swapped_columns(sheet(pressures, ["120", ""]), 0, PICK) == {}


def test_a_bound_is_written_where_the_instrument_reports_nothing():
    crp = variable("crp", detection=(0.3, 100.0))
    rows = sheet([crp], ["[below detection]"], ["[above detection]"], ["[not done]"], ["1.2"])

    planted = [bound(rows, row, PICK) for row in range(4)]
    assert planted == [{"crp": "<0.3"}, {"crp": ">100"}, {}, {}]


def test_only_a_man_who_is_not_pregnant_becomes_so():
    columns = [
        variable("sex", Kind.BINARY, levels=("male", "female")),
        variable("pregnant", Kind.BINARY, levels=NO_YES),
    ]
    rows = sheet(columns, ["male", "no"], ["female", "no"], ["male", "[not applicable]"])

    assert [pregnant_man(rows, row, PICK).get("pregnant") for row in range(3)] == ["yes", None, "yes"]


def test_a_wrong_total_is_plausible_and_its_items_stay_whatever_else_is_planted(cohort, tmp_path):
    others = [replace(other, rate=0.5) for other in DEFECTS if other.name != "total not of its items"]
    defects = (*only("total not of its items", 1), *others)
    path = write_messy(cohort, tmp_path / "clinic.csv", seed=1, defects=defects)

    entries = [entry for entry in records(key_path(path)) if entry["defect"] == "total not of its items"]
    assert {entry["column"] for entry in entries} == {"irls_total"}
    assert len(entries) == cohort.data.filter(regex="irls_i").notna().all(axis=1).sum() > 20
    rows = records(path)
    for entry in entries:
        row = rows[int(entry["row"]) - 2]
        assert sum(int(row[f"irls_i{item:02d}"]) for item in range(1, 11)) == int(entry["correct"])
        assert 0 <= int(entry["planted"]) <= 40


def test_an_onset_lies_ahead_of_those_who_have_one():
    columns = [variable("age"), variable("age_onset")]
    rows = sheet(columns, ["58", "40"], ["58", "[not applicable]"], ["", "40"])

    assert 59 <= int(onset_ahead(rows, 0, PICK)["age_onset"]) <= 63
    assert [onset_ahead(rows, row, PICK) for row in (1, 2)] == [{}, {}]


def test_a_score_is_given_to_those_without_rls_alone():
    columns = [
        variable("rls_case", Kind.BINARY, levels=NO_YES),
        variable("irls_total", Kind.INTEGER, limits=(0, 40), applies_to="rls_case"),
    ]
    rows = sheet(columns, ["no", "[not applicable]"], ["yes", ""], ["", ""])

    assert 1 <= int(score_without_rls(rows, 0, PICK)["irls_total"]) <= 40
    assert [score_without_rls(rows, row, PICK) for row in (1, 2)] == [{}, {}]


def test_no_planter_touches_a_cell_that_is_taken():
    level = variable("sex", Kind.BINARY, levels=("male", "female"))
    rows = sheet([level], ["female"])
    rows.taken["sex"][0] = True

    assert level_spelling(rows, 0, PICK) == {}


def test_absent_columns_are_no_problem(cohort, tmp_path):
    ages = Cohort(cohort.data[["age"]], cohort.reasons[[]], cohort.study, cohort.ledger, cohort.origin)
    path = write_messy(ages, tmp_path / "ages.csv", seed=1)

    assert lines(path)[0] == ["synthetic_participant", "visit_date", "age"]
    columns = {entry["column"] for entry in records(key_path(path))}
    assert columns == {"visit_date", "age", WHOLE_ROW}


def test_all_that_hinders_is_said_at_once(cohort, tmp_path):
    real = replace(cohort, origin=replace(cohort.origin, synthetic=False))
    twice = (NAMED["shifted row"], NAMED["shifted row"])

    with pytest.raises(CohortError) as caught:
        write_messy(real, tmp_path / "clinic.xlsx", seed=-1, defects=twice)

    assert str(caught.value) == (
        "The messy file cannot be written:\n"
        "  - The cohort is of real people. Allowed: simulated participants. "
        "Simulate a cohort, or load a file whose key column says that it is synthetic.\n"
        "  - 'clinic.xlsx' is not a CSV file. Allowed: a name that ends in .csv.\n"
        "  - The seed is -1. Allowed: whole numbers from 0.\n"
        "  - Several defects have one name: 'shifted row'. Give each its own, or leave one out."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_messy_file_has_no_name_of_a_key(cohort, tmp_path):
    with pytest.raises(CohortError) as caught:
        write_messy(cohort, tmp_path / "clinic_key.csv", seed=1)

    assert str(caught.value) == (
        "The messy file cannot be written:\n"
        "  - 'clinic_key.csv' is the name of a key. Choose one that does not end in _key.csv."
    )


def test_a_rate_is_a_probability():
    with pytest.raises(DeclarationError) as caught:
        Defect("trailing blank", "trailing blank", 1.5, "A blank.", level_spelling)

    assert str(caught.value) == "The rate of the defect 'trailing blank' is from 0 to 1, not 1.5."
