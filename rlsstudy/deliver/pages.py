"""What a report shows of an executed notebook: text, folded code, tables, figures and plain output.

Outputs of our own are taken from their content (``present.elements.MEDIA_TYPE``). Of everything
else the plain text is shown: no HTML that was made elsewhere enters a report.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rlsstudy.deliver.markdown import Heading, render_markdown
from rlsstudy.present.elements import MEDIA_TYPE

if TYPE_CHECKING:
    from nbformat import NotebookNode

Block = dict[str, Any]
_TERMINAL_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_NUMBERED = {"table": "Table", "figure": "Figure"}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a report.

    Parameters
    ----------
    file : str
        Its file name.
    title : str
        Its title.
    lead : str
        The first paragraph, for the list of pages.
    contents : tuple of Heading
        The headings of its sections.
    blocks : tuple of dict
        What stands on it, in order; ``kind`` says what each is.
    summary : tuple of dict
        The tables, figures and prose that the first page of the report repeats: the outputs of
        cells tagged ``summary``.
    """

    file: str
    title: str
    lead: str
    contents: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    summary: tuple[Block, ...]


def make_pages(notebooks: Sequence[tuple[str, NotebookNode]]) -> tuple[Page, ...]:
    """Turn executed notebooks into pages; tables and figures are numbered through the report.

    Parameters
    ----------
    notebooks : sequence of (str, NotebookNode)
        Names without suffix, and the executed notebooks.
    """
    count: Counter[str] = Counter()
    return tuple(_make_page(name, notebook, count) for name, notebook in notebooks)


def _make_page(name: str, notebook: NotebookNode, count: Counter[str]) -> Page:
    title, lead = "", ""
    contents: list[Heading] = []
    blocks: list[Block] = []
    summary: list[Block] = []
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            text = render_markdown(cell.source, f"section-{place}")
            title, lead = title or text.title or "", lead or text.lead
            contents.extend(heading for heading in text.headings if heading.level == 2)
            blocks.append({"kind": "text", "html": text.html})
        elif cell.cell_type == "code" and cell.source:
            shown = list(_numbered(_outputs(cell), count))
            blocks.extend([*_code(cell.source, blocks), *shown])
            if "summary" in cell.metadata.get("tags", []):
                summary.extend(shown)
    return Page(f"{name}.html", title or name, lead, tuple(contents), tuple(blocks), tuple(summary))


def _code(source: str, blocks: list[Block]) -> Iterator[Block]:
    """Give a block of code, joined with the one before it when nothing stands between them."""
    if blocks and blocks[-1]["kind"] == "code":
        source = f"{blocks.pop()['source']}\n\n{source}"
    yield {"kind": "code", "source": source}


def _outputs(cell: NotebookNode) -> Iterator[Block]:
    for output in cell.outputs:
        if output.output_type == "stream":
            kind = "note" if output.name == "stderr" else "output"
            yield {"kind": kind, "text": _clean(output.text)}
        elif "data" in output:
            yield _shown(output.data)


def _shown(data: dict[str, Any]) -> Block:
    """Choose what to show of one output: our own content, else plain text."""
    content = data.get(MEDIA_TYPE, {})
    kind = content.get("kind")
    if kind == "table":
        return {**content, "bodies": _bodies(content["rows"])}
    if kind in ("figure", "prose"):
        return dict(content)
    return {"kind": "output", "text": _clean(data.get("text/plain", "This output has no text."))}


def _bodies(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Begin a table body at every group heading."""
    bodies: list[list[dict[str, Any]]] = [[]]
    for row in rows:
        if row["kind"] == "group" and bodies[-1]:
            bodies.append([])
        bodies[-1].append(row)
    return bodies


def _numbered(blocks: Iterator[Block], count: Counter[str]) -> Iterator[Block]:
    for block in blocks:
        if name := _NUMBERED.get(block["kind"]):
            count[name] += 1
            yield {**block, "number": f"{name} {count[name]}"}
        else:
            yield block


def _clean(text: str) -> str:
    """Take out what only a terminal understands, and what differs from run to run."""
    return _ADDRESS.sub("", _TERMINAL_COLOURS.sub("", text)).rstrip()
