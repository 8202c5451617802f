import base64
import json
import subprocess
import sys
from html.parser import HTMLParser

import pandas as pd
import pytest

from rlsstudy.present import canvas
from rlsstudy.present.elements import MEDIA_TYPE, Column, Figure, Prose, Row, Table

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</td></table><iframe src=http://evil.example>",
    "&lt;b&gt; &amp; $x^2$ \\input{x} #eval",
    "\x1b[31mred\x07\u202eevil\u2066\n\r\ttab\ud800",
]


class Reader(HTMLParser):
    """Collects tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture
def flow() -> Table:
    return Table(
        columns=(Column("Step"), Column("N", "right"), Column("Why")),
        rows=(
            Row(("Files",), kind="group"),
            Row(("Enrolled", "7,561", "")),
            Row(("of whom é", "3", "a & b"), indent=1),
            Row(("Rules",), kind="group"),
            Row(("Left", "−2", "")),
        ),
        caption="How many.",
        notes=("First note.", "Second note."),
    )


def make_figure(label: str = "Age (years)", alt: str = "One line.", caption: str = "A line.") -> Figure:
    with canvas.style():
        drawing = canvas.blank(1.5)
        ax = drawing.add_subplot()
        ax.plot([0, 1], [0, -1])
        ax.set_xlabel(label)
    return Figure(drawing, alt, caption, pd.DataFrame({"x": [0, 1]}))


def test_a_table_is_aligned_text_in_a_terminal(flow):
    assert repr(flow) == "\n".join(
        [
            "How many.",
            "",
            "Step             N  Why",
            "-----------  -----  -----",
            "Files",
            "Enrolled     7,561",
            "  of whom é      3  a & b",
            "Rules",
            "Left            −2",
            "",
            "First note.",
            "Second note.",
        ]
    )


def test_wide_and_combining_signs_are_counted_by_the_columns_they_take():
    table = Table((Column("A"), Column("B")), (Row(("鉄", "x")), Row(("e\u0301", "y"))), "c")
    assert repr(table).splitlines()[-2:] == ["鉄  x", "e\u0301   y"]


def test_a_table_has_headings_with_scope_a_caption_and_a_body_for_each_group(flow):
    tags = Reader(flow.to_html()).tags
    scopes = [attributes.get("scope") for tag, attributes in tags if tag == "th"]
    assert scopes == ["col", "col", "col", "rowgroup", "row", "row", "rowgroup", "row"]
    assert [tag for tag, _ in tags].count("tbody") == 2
    assert [tag for tag, _ in tags].count("caption") == 1
    assert ("div", "How many.") in [(tag, attributes.get("aria-label")) for tag, attributes in tags]
    assert not any("id" in attributes for _, attributes in tags)


def test_an_empty_corner_is_not_a_heading():
    table = Table((Column(""), Column("N")), (Row(("a", "1")),), "c")
    headings = [tag for tag, _ in Reader(table.to_html()).tags if tag in ("th", "td")]
    assert headings == ["td", "th", "th", "td"]


def test_a_table_carries_its_content_for_reports(flow):
    assert flow.content() == {
        "kind": "table",
        "caption": "How many.",
        "columns": [
            {"header": "Step", "align": "left"},
            {"header": "N", "align": "right"},
            {"header": "Why", "align": "left"},
        ],
        "rows": [
            {"kind": "group", "indent": 0, "cells": ["Files"]},
            {"kind": "row", "indent": 0, "cells": ["Enrolled", "7,561", ""]},
            {"kind": "row", "indent": 1, "cells": ["of whom é", "3", "a & b"]},
            {"kind": "group", "indent": 0, "cells": ["Rules"]},
            {"kind": "row", "indent": 0, "cells": ["Left", "−2", ""]},
        ],
        "notes": ["First note.", "Second note."],
    }


def test_every_element_offers_html_text_and_its_content(flow):
    for element in (flow, make_figure(), Prose(("One.", "Two."))):
        bundle = element._repr_mimebundle_(include=None, exclude=None)
        assert list(bundle) == ["text/html", "text/plain", MEDIA_TYPE]
        assert json.loads(json.dumps(bundle)) == bundle


def test_prose_is_paragraphs():
    prose = Prose(("One & two.", "Three."))
    assert prose.to_html() == '<div class="rlsstudy-prose"><p>One &amp; two.</p><p>Three.</p></div>'
    assert repr(prose) == "One & two.\n\nThree."
    assert prose.content() == {"kind": "prose", "paragraphs": ["One & two.", "Three."]}


def test_a_figure_shows_its_alternative_text_caption_and_true_width():
    figure = make_figure(alt='Left "is" <low>.', caption="A & b.")
    picture = next(attributes for tag, attributes in Reader(figure.to_html()).tags if tag == "img")
    assert picture["alt"] == 'Left "is" <low>.'
    assert picture["width"] == "672"
    assert base64.b64decode(picture["src"].removeprefix("data:image/png;base64,")) == figure.png
    assert "<figcaption>A &amp; b.</figcaption>" in figure.to_html()
    assert repr(figure) == 'Left "is" <low>.'
    content = figure.content()
    assert (content["width_in"], content["height_in"]) == (7.0, 1.5)
    assert base64.b64decode(content["svg"]) == figure.svg


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text):
    table = Table(
        (Column(text), Column(text)), (Row((text,), kind="group"), Row((text, text))), text, (text,)
    )
    figure = make_figure("plain", text, text)
    for html in (table.to_html(), figure.to_html(), Prose((text,)).to_html()):
        tags = Reader(html).tags
        known = {
            "div",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "p",
            "figure",
            "img",
            "figcaption",
        }
        assert {tag for tag, _ in tags} <= known
        assert not any(name.startswith("on") for _, attributes in tags for name in attributes)
        assert not any("href" in attributes for _, attributes in tags)
        html.encode()


def test_a_text_cannot_turn_or_colour_what_stands_beside_it():
    prose = Prose((HOSTILE[-1],))
    assert repr(prose) == "[31mred evil tab"
    assert "\u202e" not in prose.to_html()


@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_an_svg_holds_no_live_text(text):
    svg = make_figure(text, alt=text).svg.decode()
    tags = Reader(svg).tags
    assert {tag for tag, _ in tags}.isdisjoint({"script", "img", "iframe", "a", "foreignobject", "image"})
    assert not any(name.startswith("on") for _, attributes in tags for name in attributes)
    assert tags[0][1]["aria-label"] == text


def test_two_svgs_on_a_page_share_no_id_and_every_reference_is_met():
    drawings = [Reader(make_figure(label).svg.decode()).tags for label in ("Age (years)", "Sex")]
    ids = [[attributes["id"] for _, attributes in tags if attributes.get("id")] for tags in drawings]
    assert set(ids[0]).isdisjoint(ids[1])
    for tags, own in zip(drawings, ids, strict=True):
        assert len(own) == len(set(own))
        references = {
            attributes["xlink:href"].removeprefix("#") for _, attributes in tags if "xlink:href" in attributes
        }
        assert references
        assert references <= set(own)


def test_the_same_figure_has_the_same_bytes_whatever_the_options_of_the_session():
    import matplotlib as mpl

    first = make_figure()
    before = dict(mpl.rcParams.copy())
    with mpl.rc_context(
        {"font.size": 20, "axes.facecolor": "red", "svg.fonttype": "none", "savefig.transparent": True}
    ):
        second = make_figure()
        assert second.png == first.png
        assert second.svg == first.svg
    assert dict(mpl.rcParams.copy()) == before


def test_pictures_carry_no_date_and_no_version():
    figure = make_figure()
    assert b"Software" not in figure.png
    assert b"matplotlib.org" not in figure.svg
    assert b"<dc:date>" not in figure.svg
    assert b"DOCTYPE" not in figure.svg


def test_a_sign_that_the_font_lacks_does_not_stop_a_figure():
    assert make_figure("\U0001f600 age").png.startswith(b"\x89PNG")


def test_long_words_are_cut_to_the_width():
    with canvas.style():
        drawing = canvas.blank(1.0)
        lines = canvas.wrapped(drawing, "short " + "x" * 200, 1.0).split("\n")
        widths = [canvas.text_size(drawing, line)[0] for line in lines]
    assert "".join(lines) == "short" + "x" * 200
    assert max(widths) <= 1.0


def test_tables_do_not_load_matplotlib_and_figures_do_not_load_pyplot():
    code = (
        "import sys, rlsstudy.present.tables, rlsstudy.present.prose; print('matplotlib' in sys.modules)\n"
        "from rlsstudy.present import canvas\n"
        "with canvas.style(): figure = canvas.blank(1.0)\n"
        "canvas.as_png(figure); print('matplotlib.pyplot' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]
