"""A note that many columns share is told once; what asks for something is told one by one."""

from rlsstudy.cohort.checks.gather import gathered
from rlsstudy.problems import Problem, Severity


def notes(n: int, severity: Severity = Severity.NOTE) -> list[Problem]:
    return [
        Problem("N_X", f"Column 'c{k}' has 2 odd cells", severity, file="f", column=f"c{k}", count=2)
        for k in range(n)
    ]


def test_few_notes_are_told_one_by_one():
    assert gathered(notes(8)) == notes(8)


def test_many_notes_of_one_kind_become_one_with_the_whole_count():
    told = gathered([*notes(30), Problem("N_Y", "Other", Severity.NOTE)])

    assert [(str(p), p.column, p.count) for p in told] == [
        ("Column 'c0' has 2 odd cells, and so have 29 other columns.", "c0", 60),
        ("Other.", None, 1),
    ]


def test_warnings_and_refusals_stay_one_by_one():
    assert len(gathered(notes(30, Severity.WARN))) == 30
