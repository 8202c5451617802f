"""Whatever bytes a workbook holds, it is read or refused by an error of our own."""

import random

import pytest
from openpyxl.comments import Comment

from rlsstudy.cohort.files.raw_table import RawTable
from rlsstudy.cohort.files.read_sheet import read_sheet
from rlsstudy.errors import CohortError
from tests.cohort.read_sheet_helpers import SHEETS, parts, rezip, workbook

SEED = 20_260_401
FEW, MANY = 15, 300


def samples(folder):
    def change(sheet):
        sheet["B2"].comment = Comment("a", "b")
        sheet["A3"] = "=1+1"
        sheet["B2"].number_format = "yyyy-mm-dd"
        sheet.merge_cells("A4:B4")

    ours = workbook(folder, [("id", "irls"), ("001", 44256), ("002", 2), (True, "#N/A")], change=change)
    return [ours, SHEETS / "table.ods", SHEETS / "multiline-headers.xlsx", SHEETS / "kinds.xls"]


def changed(content, pick):
    changed = bytearray(content)
    for _ in range(pick.randint(1, 16)):
        place = pick.randrange(len(changed))
        action = pick.randrange(3)
        if action == 0:
            changed[place] = pick.randrange(256)
        elif action == 1:
            del changed[place : place + pick.randint(1, 4)]
        else:
            changed[place:place] = changed[place : place + pick.randint(1, 40)]
    return bytes(changed)


def try_changed(folder, n_each, *, inside):
    pick = random.Random(SEED)
    outcomes = set()
    for sample in samples(folder):
        if inside and sample.suffix == ".xls":
            continue
        for _ in range(n_each):
            path = folder / f"fuzz{sample.suffix}"
            if inside:
                content = parts(sample)
                name = pick.choice([part for part in sorted(content) if content[part]])
                rezip(path, content | {name: changed(content[name], pick)})
            else:
                path.write_bytes(changed(sample.read_bytes(), pick))
            outcomes.add(outcome(path))
    return outcomes


def outcome(path):
    try:
        return type(read_sheet(path))
    except CohortError as error:
        assert error.problems
        return CohortError


@pytest.mark.parametrize("inside", [False, True], ids=["bytes", "parts"])
def test_a_changed_workbook_is_read_or_refused(tmp_path, inside):
    assert try_changed(tmp_path, FEW, inside=inside) <= {RawTable, CohortError}


@pytest.mark.slow
@pytest.mark.parametrize("inside", [False, True], ids=["bytes", "parts"])
def test_a_workbook_changed_in_many_ways_is_read_or_refused(tmp_path, inside):
    assert try_changed(tmp_path, MANY, inside=inside) == {RawTable, CohortError}
