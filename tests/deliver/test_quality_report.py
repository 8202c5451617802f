from html.parser import HTMLParser

import pytest

from rlsstudy.deliver.quality_report import verdict_of, write_quality_report
from rlsstudy.errors import DeliveryError
from rlsstudy.problems import Problem, Severity

REFUSED = Problem(
    "E_RANGE",
    "Column 'irls' has 2 values above 40",
    allowed="0 to 40",
    hint="A code for missing?",
    file="clinic.csv",
    column="irls",
    line=8,
    count=2,
)
WARNED = Problem("W_MACRO_FORMAT", "It is a workbook with programs", Severity.WARN, file="clinic.xlsm")
NOTED = Problem("N_BLANK_LINES", "Two blank lines", Severity.NOTE, column="irls", cell="Data!A2")


class Page(HTMLParser):
    """The tags, links, ids and words of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links, self.words = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.words += data


def page_of(tmp_path, problems, **given):
    path = write_quality_report(problems, tmp_path / "quality.html", **{"file": "clinic.csv", **given})
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("problems", "word", "headline", "next_step"),
    [
        ([], "clean", "No problem was found.", "The file can be used."),
        ([NOTED], "note", "The file can be used.", "1 note may be worth knowing."),
        (
            [WARNED, NOTED],
            "warn",
            "The file can be used with 1 warning.",
            "Look at each before you use it.",
        ),
        (
            [REFUSED, WARNED, NOTED, NOTED],
            "refuse",
            "The file is refused.",
            "1 problem has to be put right before it can be used. There are 1 warning and 2 notes besides.",
        ),
        (
            [REFUSED, REFUSED],
            "refuse",
            "The file is refused.",
            "2 problems must be put right before it can be used.",
        ),
    ],
)
def test_verdict_is_the_worst_of_the_problems(problems, word, headline, next_step):
    verdict = verdict_of(problems)

    assert (verdict.word, verdict.headline, verdict.next) == (word, headline, next_step)


def test_verdict_stands_before_everything_else(tmp_path):
    text = page_of(tmp_path, [NOTED, REFUSED])

    assert text.index("The file is refused.") < text.index('class="counts"') < text.index("<table")


def test_refusals_come_before_warnings_and_notes(tmp_path):
    words = Page(page_of(tmp_path, [NOTED, WARNED, REFUSED])).words

    assert words.index(REFUSED.message) < words.index(WARNED.message) < words.index(NOTED.message)


def test_every_code_is_linked_to_its_explanation(tmp_path):
    page = Page(page_of(tmp_path, [NOTED, WARNED, REFUSED, REFUSED]))

    assert page.links == ["#main", "#E_RANGE", "#E_RANGE", "#W_MACRO_FORMAT", "#N_BLANK_LINES"]
    assert [one for one in page.ids if one in ("E_RANGE", "W_MACRO_FORMAT", "N_BLANK_LINES")] == [
        "E_RANGE",
        "W_MACRO_FORMAT",
        "N_BLANK_LINES",
    ]
    assert len(page.ids) == len(set(page.ids))


def test_places_columns_and_counts_are_shown(tmp_path):
    words = Page(page_of(tmp_path, [REFUSED, NOTED])).words

    assert "column irls, line 8, clinic.csv" in words
    assert "column irls, Data!A2" in words
    assert "0 to 40" in words
    assert "A code for missing?" in words


def test_columns_with_refusals_come_first(tmp_path):
    words = Page(page_of(tmp_path, [WARNED, REFUSED])).words
    by_column = words[words.index("By column") :]

    assert by_column.index("irls") < by_column.index("the file as a whole")


def test_page_needs_no_script_and_no_other_file(tmp_path):
    text = page_of(tmp_path, [REFUSED])

    assert "script" not in Page(text).tags
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert "http://" not in text and "https://" not in text
    assert "prefers-color-scheme: dark" in text and "@media print" in text and "max-width" in text


def test_names_from_files_are_escaped(tmp_path):
    nasty = Problem(
        "E_RANGE", "Column '<script>x</script>' is bad", column="<b>\u202ex", file='"><img src=x>'
    )
    text = page_of(tmp_path, [nasty], file="<i>clinic</i>", facts={"<u>": "<s>"})
    page = Page(text)

    assert not {"script", "b", "img", "i", "u", "s"}.intersection(page.tags)
    assert "\u202e" not in text


def test_code_without_an_explanation_is_shown_without_a_link(tmp_path):
    page = Page(page_of(tmp_path, [Problem("E_NEW_THING", "Something new")]))

    assert "E_NEW_THING" in page.words
    assert page.links == ["#main"]


def test_same_problems_give_the_same_bytes(tmp_path):
    facts = {"rows": "600", "sha256": "abc"}
    first = page_of(tmp_path, [REFUSED, NOTED], facts=facts)

    assert page_of(tmp_path, [REFUSED, NOTED], facts=facts, force=True) == first
    assert "600" in Page(first).words


def test_file_without_problems_has_a_page(tmp_path):
    page = Page(page_of(tmp_path, []))

    assert "table" not in page.tags
    assert "No problem was found." in page.words


def test_page_that_is_there_is_kept_unless_told(tmp_path):
    page_of(tmp_path, [])

    with pytest.raises(
        DeliveryError, match=r"is there already\. Name another one, or replace it with --force\."
    ):
        page_of(tmp_path, [REFUSED])


def test_folder_that_is_not_there_is_our_own_error(tmp_path):
    with pytest.raises(DeliveryError, match="cannot be written: No such file or directory"):
        write_quality_report([], tmp_path / "no" / "quality.html", file="clinic.csv")
