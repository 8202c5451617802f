"""What an effect compares, and how tables write it."""

from rlsstudy.declare import Domain, Kind, Scale, Variable
from rlsstudy.estimate.contrasts import Contrast, contrasts_of, own_unit, size_of


def variable(kind, **fields):
    return Variable("x", "X", Domain.IRON, kind, **fields)


FERRITIN = variable(Kind.CONTINUOUS, unit="µg/L", scale=Scale.LOG2, contrast=(50, 100))
SMOKING = variable(Kind.CATEGORICAL, levels=("never", "former", "current"))
ACTIVITY = variable(Kind.ORDINAL, levels=("low", "middle", "high"))


def test_a_number_has_its_declared_contrast():
    assert contrasts_of(FERRITIN) == (Contrast("100 vs 50 µg/L", 50.0, 100.0),)


def test_a_contrast_may_go_down():
    abi = variable(Kind.CONTINUOUS, contrast=(1.1, 0.9))
    contrast = contrasts_of(abi)[0]
    assert contrast.label == "0.9 vs 1.1"
    assert round(size_of(abi, contrast), 9) == -0.2


def test_without_a_declared_contrast_one_is_compared_with_zero():
    assert contrasts_of(variable(Kind.INTEGER, unit="cups"))[0].label == "1 vs 0 cups"


def test_a_large_number_is_not_written_with_an_exponent():
    assert contrasts_of(variable(Kind.INTEGER, contrast=(0, 2_000_000)))[0].label == "2000000 vs 0"


def test_a_categorical_factor_compares_each_level_with_the_first():
    labels = [(contrast.label, contrast.high) for contrast in contrasts_of(SMOKING)]
    assert labels == [("former vs never", 1.0), ("current vs never", 2.0)]


def test_levels_in_order_have_one_contrast():
    assert [contrast.label for contrast in contrasts_of(ACTIVITY)] == ["middle vs low"]
    wide = variable(Kind.ORDINAL, levels=("low", "middle", "high"), contrast=(0, 2))
    assert [contrast.label for contrast in contrasts_of(wide)] == ["high vs low"]


def test_a_doubling_is_one_step_of_log2():
    assert size_of(FERRITIN, contrasts_of(FERRITIN)[0]) == 1.0
    assert size_of(SMOKING, contrasts_of(SMOKING)[1]) == 1.0


def test_the_own_unit_names_the_step_of_a_coefficient():
    units = [own_unit(v, contrasts_of(v)[0]) for v in (FERRITIN, SMOKING, ACTIVITY, variable(Kind.INTEGER))]
    assert units == ["per 1 log2 µg/L", "former vs never", "per level", "per 1"]
