"""A report is whole, the same every time, safe to open, and made for the study that was named."""

import json
from html.parser import HTMLParser

import nbformat
import pytest

from rlsstudy.declare.study_file import load_study
from rlsstudy.deliver.provenance import trace_study
from rlsstudy.deliver.report import _render, render_report
from rlsstudy.errors import CohortError, DeliveryError, StudyFileError

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


def write_study(folder, data, key="id"):
    path = folder / "study.toml"
    text = f'[study]\ntitle = "T"\ndata = {json.dumps(data)}\nkey = "{key}"\nfactors = ["bmi"]\n'
    path.write_text(f'{text}[columns]\nbmi = "bmi"\nirls_total = "irls_total"\n', encoding="utf-8")
    return path


def test_every_problem_of_the_data_is_told_before_a_notebook_is_executed(tmp_path):
    study = write_study(tmp_path, ["/dev/zero", "nix.csv", "a\0.csv", f"{'x' * 300}.csv"])

    with pytest.raises(CohortError) as caught:
        render_report(study, tmp_path / "report", notebooks=[tmp_path / "never_read.ipynb"])

    first, second, *others = caught.value.problems
    assert str(caught.value).startswith(
        "The data of 'study.toml' cannot be used as they are:\n"
        "  - There is no file 'zero'. Check the name; names in a study file count from its folder.\n"
        "  - There is no file 'nix.csv'. Check the name; names in a study file count from its folder.\n"
    )
    assert (first.code, second.code, len(others)) == ("E_NO_FILE", "E_NO_FILE", 2)
    assert not (tmp_path / "report").exists()


def test_data_file_in_place_of_a_study_is_told_apart(tmp_path):
    with pytest.raises(DeliveryError) as caught:
        render_report(tmp_path / "d.parquet", tmp_path / "report", notebooks=[])

    assert str(caught.value) == (
        "'d.parquet' is a data file; a report is made from a study file, which says what the columns are. "
        'Write one with `rlsstudy new`, set data = "d.parquet" in it, and run `rlsstudy report study.toml`.'
    )


@pytest.mark.parametrize(
    ("paths", "name"),
    [(["a/00_x.ipynb", "b/00_X.ipynb"], "00_X"), (["index.ipynb"], "index")],
)
def test_pages_of_one_name_are_refused(tmp_path, paths, name):
    with pytest.raises(DeliveryError) as caught:
        render_report(out=tmp_path / "report", notebooks=paths)

    assert str(caught.value) == (
        f"Two pages of the report would be called '{name}.html'. "
        "Give every notebook a name of its own, other than 'index'."
    )


def test_report_on_real_data_warns_of_disclosure_and_tells_the_notes(tmp_path):
    (tmp_path / "a.csv").write_text("id,bmi,irls_total,extra\n1,25,10,x\n2,31,12,y\n", encoding="utf-8")

    text = render_report(write_study(tmp_path, "a.csv"), tmp_path / "report", notebooks=[]).read_text(
        encoding="utf-8"
    )

    assert_readable(Page(text))
    assert (
        '<p class="disclosure" role="note"><strong>Not checked for disclosure.</strong> Small numbers in these tables '
        "and figures may point to people: do not pass this report on as it is.</p>"
    ) in text
    assert "Synthetic data" not in text
    assert "<h3>Notes of the reader</h3>" in text
    assert (
        "<dt>note 1</dt><dd>&#39;a.csv&#39; has 1 column that the study does not map, left alone.</dd>"
        in text
    )


def test_report_on_a_file_of_simulated_people_says_synthetic(tmp_path):
    (tmp_path / "a.csv").write_text(
        "synthetic_participant,bmi,irls_total\n1,25,10\n2,31,12\n", encoding="utf-8"
    )
    study = write_study(tmp_path, "a.csv", key="synthetic_participant")

    text = render_report(study, tmp_path / "report", notebooks=[]).read_text(encoding="utf-8")

    assert "<strong>Synthetic data.</strong>" in text
    assert "Not checked for disclosure" not in text


def test_marks_that_turn_text_do_not_enter_the_frame_of_a_page(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(
        '[study]\ntitle = "A\\u202Etitle\\u0007"\ndata = "synthetic"\nfactors = ["ferritin"]\n'
        '[variables.ferritin]\nlabel = "B\\u202Elabel"\n',
        encoding="utf-8",
    )
    study = load_study(path)
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# C\u202eheading\n\nD\u202elead.\n\n## E\u202epart\n\n## F")]
    )

    pages = _render(study, trace_study(study, path), [("00_a", notebook)])

    index = pages["index.html"].decode()
    for shown in ("Atitle", "Blabel", "Cheading", "Dlead."):
        assert shown in index
    assert "\u202e" not in index and "\x07" not in index
    frame = pages["00_a.html"].decode().partition('<div class="text">')[0]
    assert "Epart" in frame and "\u202e" not in frame and "\x07" not in frame


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
