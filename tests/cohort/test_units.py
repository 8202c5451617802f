"""Units that stand beside each value are converted, and unknown ones refused."""

import numpy as np

from rlsstudy.cohort.checks.cell_rule import cell_rule
from rlsstudy.cohort.checks.units import in_declared_unit
from rlsstudy.cohort.files.raw_columns import TextColumn
from rlsstudy.declare.data_files import ColumnMap
from tests.cohort.columns import column, number

FERRITIN = number("ferritin", unit="µg/L", other_units=(("ng/mL", 1.0), ("pmol/L", 0.445)))
MAPPED = ColumnMap("ferritin", "ferritin", unit_column="ferritin_unit")


def converted(values, units):
    rule = cell_rule(FERRITIN, MAPPED, missing={}, reasons_known=(), decimal=".")
    return in_declared_unit(column(FERRITIN, values), TextColumn.of(units), rule)


def test_values_are_converted_row_by_row_with_a_note():
    read, problems = converted([100, 100, None, 50], ["ng/ml", "pmol/l", "pmol/L", "\u03bcg/L"])

    np.testing.assert_array_equal(read.values, [100, 44.5, np.nan, 50])
    assert [str(problem) for problem in problems] == [
        "Column 'ferritin' of 'c.csv' (FERRITIN) has its units in 'ferritin_unit': 1 of 3 values were converted to"
        " µg/L. Allowed: µg/L (ng/mL is the same; pmol/L × 0.445)."
    ]


def test_value_in_an_unknown_unit_or_without_one_is_refused():
    _, problems = converted([100, 100, None], ["mg", "", ""])

    assert [(p.code, p.line, p.count) for p in problems if p.severity == "refuse"] == [("E_UNIT", 2, 2)]


def test_declared_unit_throughout_is_nothing_to_speak_of():
    assert converted([1, 2], ["µg/L", "µg/L"])[1] == []
