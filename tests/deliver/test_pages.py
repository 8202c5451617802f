"""Pages show our own content, and of everything else the plain text."""

from typing import Any

import nbformat

from rlsstudy.deliver.pages import Page, make_pages
from rlsstudy.present.elements import MEDIA_TYPE

ROWS = [
    {"kind": "row", "indent": 0, "cells": ["Age"]},
    {"kind": "group", "indent": 0, "cells": ["Iron"]},
    {"kind": "row", "indent": 1, "cells": ["Ferritin"]},
]
TABLE = {
    "kind": "table",
    "caption": "T.",
    "columns": [{"header": "A", "align": "left"}],
    "rows": ROWS,
    "notes": [],
}


def page_of(*cells: nbformat.NotebookNode) -> Page:
    (page,) = make_pages([("00_tiny", nbformat.v4.new_notebook(cells=list(cells)))])
    return page


def code(source: str, *outputs: dict[str, Any], tags: tuple[str, ...] = ()) -> nbformat.NotebookNode:
    made = [nbformat.from_dict(output) for output in outputs]
    return nbformat.v4.new_code_cell(source, outputs=made, metadata={"tags": list(tags)})


def shown(**data: Any) -> dict[str, Any]:
    named = {key.replace("__", "/"): value for key, value in data.items()}
    return {"output_type": "display_data", "metadata": {}, "data": named}


def ours(content: dict[str, Any]) -> dict[str, Any]:
    return {
        "output_type": "display_data",
        "metadata": {},
        "data": {MEDIA_TYPE: content, "text/html": "<b>x</b>"},
    }


def stream(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def test_table_rows_are_split_into_bodies_at_group_headings():
    table = page_of(code("x", ours(TABLE))).blocks[1]

    assert [[row["cells"][0] for row in body] for body in table["bodies"]] == [["Age"], ["Iron", "Ferritin"]]


def test_tables_and_figures_are_numbered_through_the_report():
    notebook = nbformat.v4.new_notebook(cells=[code("x", ours(TABLE), ours({"kind": "figure"}), ours(TABLE))])
    first, second = make_pages([("00_a", notebook), ("01_b", notebook)])

    assert [block["number"] for block in first.blocks[1:]] == ["Table 1", "Figure 1", "Table 2"]
    assert [block["number"] for block in second.blocks[1:]] == ["Table 3", "Figure 2", "Table 4"]


def test_outputs_of_cells_tagged_summary_are_collected():
    page = page_of(
        code("a", ours(TABLE)), code("b", ours({"kind": "prose", "paragraphs": ["P"]}), tags=("summary",))
    )

    assert page.summary == ({"kind": "prose", "paragraphs": ["P"]},)


def test_foreign_html_is_not_shown():
    page = page_of(code("x", shown(text__html="<script>1</script>", text__plain="plain")))

    assert page.blocks[1] == {"kind": "output", "text": "plain"}


def test_output_without_text_is_named():
    assert page_of(code("x", shown(image__png="aa"))).blocks[1]["text"] == "This output has no text."


def test_addresses_and_terminal_colours_are_taken_out():
    page = page_of(code("x", shown(text__plain="\x1b[31m<object at 0x7f12ab>\x1b[0m\n")))

    assert page.blocks[1]["text"] == "<object>"


def test_warnings_and_printed_text_are_kept_apart():
    page = page_of(code("x", stream("stdout", "out\n"), stream("stderr", "warned\n")))

    assert page.blocks[1:] == ({"kind": "output", "text": "out"}, {"kind": "note", "text": "warned"})


def test_code_cells_with_nothing_between_them_are_shown_as_one():
    page = page_of(code("a = 1"), code("b = 2"))

    assert page.blocks == ({"kind": "code", "source": "a = 1\n\nb = 2"},)


def test_title_lead_and_contents_come_from_the_text_cells():
    page = page_of(nbformat.v4.new_markdown_cell("# T\n\nLead.\n\n## One\n\n### Deep\n\n## Two"))

    assert (page.file, page.title, page.lead) == ("00_tiny.html", "T", "Lead.")
    assert [heading.text for heading in page.contents] == ["One", "Two"]


def test_page_without_title_is_called_by_its_name():
    assert page_of(code("x")).title == "00_tiny"
