"""A report is whole, the same every time, safe to open, and made for the study that was named."""

import json
from html.parser import HTMLParser

import pytest

from rlsstudy.deliver.report import render_report
from rlsstudy.errors import DeliveryError, StudyFileError

HOSTILE = "<script>alert(1)</script>\"' onerror=alert(1) <img src=https://example.org/x>"
CELLS = (
    "# Tiny\n\nLead with [a link](https://example.org) and <script>alert(1)</script>.\n\n## Part",
    "STUDY = 'default'",
    "import rlsstudy as rls\nfrom rlsstudy.present.elements import Column, Prose, Row, Table\n"
    "study = rls.load_study(STUDY)\nhostile = " + repr(HOSTILE) + "\n"
    "Table((Column(hostile), Column('N', 'right')), (Row((hostile,), kind='group'), Row((hostile, '1'))), hostile,"
    " (hostile,))",
    "Prose((study.title, hostile))",
    "print(hostile)\nhostile",
)
TAGS = {1: ["parameters"], 2: ["summary"]}
STUDY_FILE = '[study]\ntitle = "Iron <b>& co</b>"\ndata = "synthetic"\nfactors = ["ferritin"]\n'
# Elements without a closing tag.
VOID = {"meta", "img", "link", "br", "hr"}


class Page(HTMLParser):
    """Collect what a page is made of."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open, self.headings = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attributes]
        self.headings += [int(tag[1])] if tag in ("h1", "h2", "h3") else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def values(self, name):
        return [value for _, attribute, value in self.attributes if attribute == name]


def assert_safe(page):
    """Nothing runs, nothing is fetched, nothing is open at the end."""
    assert page.open == []
    assert {"script", "iframe", "object", "embed", "link", "base", "form"}.isdisjoint(page.tags)
    assert [name for _, name, _ in page.attributes if name.startswith("on")] == []
    assert all(value.startswith("data:image/svg+xml;base64,") for value in page.values("src"))
    links = page.values("href")
    assert all(link.startswith(("https://", "#")) or link.endswith(".html") for link in links)


def assert_readable(page):
    """Language, one title, headings in order, names for tables and pictures, no id twice."""
    assert page.values("lang") == ["en"]
    assert page.headings.count(1) == 1 and page.headings[0] == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert page.tags.count("main") == 1 and "#main" in page.values("href")
    assert page.tags.count("caption") == page.tags.count("table")
    assert len(page.values("alt")) == page.tags.count("img") and all(page.values("alt"))
    assert len(set(page.values("id"))) == len(page.values("id"))
    assert page.values("aria-current") == ["page"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Render a report on three cells, twice, for a study file; made once for all tests of this module."""
    import nbformat

    folder = tmp_path_factory.mktemp("tiny")
    cells = [
        (nbformat.v4.new_markdown_cell if text.startswith("#") else nbformat.v4.new_code_cell)(
            text, id=f"c{number}", metadata={"tags": TAGS.get(number, [])}
        )
        for number, text in enumerate(CELLS)
    ]
    notebook = folder / "00_tiny.ipynb"
    notebook.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)), encoding="utf-8")
    (folder / "study.toml").write_text(STUDY_FILE, encoding="utf-8")
    for name in ("one", "two"):
        render_report(folder / "study.toml", folder / name, notebooks=[notebook])
    return folder


def test_same_inputs_give_the_same_bytes(tiny):
    names = sorted(path.name for path in (tiny / "one").iterdir())

    assert names == ["00_tiny.html", "index.html", "provenance.json"]
    assert [(tiny / "one" / n).read_bytes() for n in names] == [
        (tiny / "two" / n).read_bytes() for n in names
    ]


@pytest.mark.parametrize("name", ["index.html", "00_tiny.html"])
def test_page_is_safe_and_readable(tiny, name):
    page = Page((tiny / "one" / name).read_text(encoding="utf-8"))

    assert_safe(page)
    assert_readable(page)


def test_every_page_forbids_what_it_does_not_need(tiny):
    policy = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    )

    for path in (tiny / "one").glob("*.html"):
        assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in path.read_text(
            encoding="utf-8"
        )


def test_hostile_text_is_shown_in_every_place_as_it_is(tiny):
    text = (tiny / "one" / "00_tiny.html").read_text(encoding="utf-8")
    escaped = "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39; onerror=alert(1) &lt;img src=https://example.org/x&gt;"

    # Head, group, row, caption, label, note, prose and printed text; the code shows it as it was typed.
    assert text.count(escaped) == 8
    assert "<script" not in text


def test_study_is_named_on_every_page_and_its_data_are_called_synthetic(tiny):
    for path in (tiny / "one").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "Iron &lt;b&gt;&amp; co&lt;/b&gt;" in text
        assert "<strong>Synthetic data.</strong>" in text
        assert "Not medical advice." in text
        assert "<dt>seed</dt><dd>2026</dd>" in text


def test_first_page_repeats_the_summary(tiny):
    text = (tiny / "one" / "index.html").read_text(encoding="utf-8")

    assert "In short" in text
    assert text.count("<table>") == 1


def test_no_address_of_the_machine_is_in_the_report(tiny):
    for path in (tiny / "one").iterdir():
        assert str(tiny) not in path.read_text(encoding="utf-8")


def test_manifest_tells_the_provenance(tiny):
    manifest = json.loads((tiny / "one" / "provenance.json").read_text(encoding="utf-8"))

    assert manifest["provenance"]["Study"]["file"] == "study.toml"
    assert len(manifest["provenance"]["Study"]["sha256"]) == 64
    assert sorted(manifest["files"]) == ["00_tiny.html", "index.html"]


def test_old_report_stays_when_a_notebook_raises(write_notebook, tmp_path):
    out = tmp_path / "report"
    render_report(out=out, notebooks=[])
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    with pytest.raises(DeliveryError) as caught:
        render_report(out=out, notebooks=[write_notebook("1 / 0")])

    assert str(caught.value) == (
        "The notebook '00_tiny' stopped at cell 1 with ZeroDivisionError. "
        "To see more, open it with 'rlsstudy lab' and run it up to that cell."
    )
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["00_tiny.ipynb", "report"]


def test_folder_is_refused_before_anything_is_executed(write_notebook, tmp_path):
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")

    with pytest.raises(DeliveryError, match="not a report"):
        render_report(out=tmp_path, notebooks=[write_notebook("open('executed', 'w')")])


def test_missing_study_file_is_named(tmp_path):
    with pytest.raises(StudyFileError) as caught:
        render_report(tmp_path / "nix.toml", tmp_path / "report", notebooks=[])

    assert str(caught.value) == (
        "The study file 'nix.toml' cannot be used:\n"
        "  - there is no such file. Check the name, or write a new study file with `rlsstudy new`."
    )


def test_missing_data_file_is_named(tmp_path):
    (tmp_path / "study.toml").write_text(
        '[study]\ntitle = "T"\ndata = "nix.csv"\nkey = "id"\nfactors = ["bmi"]\n', encoding="utf-8"
    )

    with pytest.raises(DeliveryError) as caught:
        render_report(tmp_path / "study.toml", tmp_path / "report", notebooks=[])

    assert str(caught.value) == (
        "The file 'nix.csv' cannot be read: No such file or directory. Is it where the study says?"
    )


@pytest.mark.slow
def test_packaged_notebooks_give_a_safe_report(tmp_path):
    index = render_report(out=tmp_path / "report")

    pages = sorted(path.name for path in index.parent.glob("*.html"))
    assert pages == ["00_start_here.html", "01_the_cohort.html", "index.html"]
    for name in pages:
        page = Page((index.parent / name).read_text(encoding="utf-8"))
        assert_safe(page)
        assert_readable(page)
    first = index.read_text(encoding="utf-8")
    assert first.count("<figure>") == 1 and first.count("<table>") == 1
