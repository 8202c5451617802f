import re
from pathlib import Path

import rlsstudy
from rlsstudy.cohort.checks.problem_codes import codes_page, explanations

PACKAGE = Path(rlsstudy.__file__).parent
ROOT = Path(__file__).resolve().parents[2]
# Codes are made of a letter and words, and some literals begin with the place that they belong to.
CODE = re.compile(r"[\"']([EWN]_[A-Z][A-Z0-9_]+)[\"']")


def used_codes():
    return {code for path in PACKAGE.rglob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))}


def test_every_code_of_the_package_is_explained():
    assert sorted(used_codes() - set(explanations())) == []


def test_no_explanation_is_left_of_a_code_that_is_gone():
    assert sorted(set(explanations()) - used_codes()) == []


def test_explanations_are_whole_sentences():
    for one in explanations().values():
        assert one.title[0].isupper() and not one.title.endswith("."), one.code
        assert one.meaning.endswith((".", "?")), one.code
        assert one.what_to_do.endswith((".", "?")), one.code


def test_page_of_the_manual_is_what_is_generated():
    assert (ROOT / "docs" / "problems.md").read_text(encoding="utf-8") == codes_page()
