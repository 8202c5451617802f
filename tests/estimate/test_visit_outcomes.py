"""Visits are put in order by their times, never by the alphabet."""

from datetime import date

import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.visits.outcomes import visit_times


@pytest.mark.parametrize(
    ("visits", "times"),
    [
        ([4, 12], [4, 12]),
        (["week 52", "baseline"], [52, 0]),
        (["V10", "V9"], [10, 9]),
        (["week 4", "week 12", "week 0"], [4, 12, 0]),
        (["1.5 months", "0 months"], [1.5, 0]),
        ([date(2026, 3, 1), date(2026, 2, 1)], [28, 0]),
    ],
)
def test_visits_have_the_time_in_their_name(visits, times):
    assert visit_times(visits) == dict(zip(visits, times, strict=True))


@pytest.mark.parametrize(
    "visits", [["pre", "post"], ["week 4 of 12", "week 8 of 12"], ["baseline", "week 0"]]
)
def test_visits_whose_order_is_not_known_are_refused(visits):
    with pytest.raises(EstimationError) as error:
        visit_times(visits)
    assert str(error.value) == (
        f"The order of the visits '{visits[0]}', '{visits[1]}' is not known. Number them, or name each with one number of "
        "its own, as in 'week 0' and 'week 12'."
    )
