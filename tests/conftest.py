"""What is collected: no examples in tests, which have none, and long examples of the package with the slow tests."""

from collections.abc import Generator
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule

TRUTH = Path(__file__).parent / "truth"
# Examples that take long, and the quick tests that run the same.
SLOW_EXAMPLES = {
    "rlsstudy.deliver.codebook.render_codebook": "tests/deliver/test_codebook.py",
    "rlsstudy.estimate.truth.score.score_effects": "tests/estimate/test_score.py",
    "rlsstudy.estimate.shape.dose_response.dose_response": "tests/estimate/test_shape_response.py",
    "rlsstudy.estimate.modification.effect_modification.effect_modification": "tests/estimate/test_modification.py",
    "rlsstudy.estimate.category_effects.category_effects": "tests/estimate/test_category_effects.py",
    "rlsstudy.estimate.contributions.domain_contributions.domain_contributions": "tests/estimate/test_contributions.py",
    "rlsstudy.present.curve_plot.plot_dose_response": "tests/present/test_curve_plot.py",
    "rlsstudy.cohort.mess.cleaning.correct_data": "tests/cohort/test_cleaning.py",
    "rlsstudy.cohort.mess.cleaning.score_cleaning": "tests/cohort/test_cleaning.py",
    "rlsstudy.cohort.stream.stream_cohort": "tests/cohort/test_stream.py",
}


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for examples in the package alone: this file speaks for its own folder."""
    collectors = yield
    return [one for one in collectors if not isinstance(one, DoctestModule)]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow examples, and begin with the longest tests, so that no core waits for another at the end."""
    items.sort(key=lambda item: TRUTH not in item.path.parents)
    for item in items:
        if item.name in SLOW_EXAMPLES and isinstance(item, pytest.DoctestItem):
            item.add_marker(pytest.mark.slow)
