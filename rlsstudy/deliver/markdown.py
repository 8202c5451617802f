"""The text cells of a notebook as HTML: no raw HTML, no pictures, no links that do anything but lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_NOTEBOOK = re.compile(r"([\w-]+)\.ipynb(#.*)?")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title, with the id that links lead to."""

    id: str
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class MarkdownText:
    """One text cell: its HTML without the title, its title if it has one, and its other headings."""

    html: Markup
    title: str | None
    headings: tuple[Heading, ...]
    lead: str


def render_markdown(source: str, prefix: str) -> MarkdownText:
    """Turn the source of a text cell into HTML.

    Parameters
    ----------
    source : str
        CommonMark with tables. HTML in it is shown as text.
    prefix : str
        What the ids of its headings begin with.
    """
    tokens = _parser().parse(source)
    title, tokens = _cut_title(tokens)
    headings = tuple(_mark_headings(tokens, prefix))
    for link in _links(tokens):
        link.attrSet("href", _NOTEBOOK.sub(r"\1.html", str(link.attrGet("href"))))
    parser = _parser()
    html = Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704  # made here, with raw HTML off
    return MarkdownText(html, title, headings, _first_paragraph(tokens))


def is_safe_link(address: str) -> bool:
    """Allow links within the report and to https pages; nothing that runs, opens a file or sends."""
    plain = "".join(sign for sign in address if sign.isprintable()).strip()
    if plain.startswith(("//", "\\")):
        return False
    return plain.lower().startswith("https://") or not _SCHEME.match(plain)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = (
        MarkdownIt("commonmark", {"html": False})
        .enable("table")
        .disable(["image", "html_block", "html_inline"])
    )
    parser.validateLink = is_safe_link  # type: ignore[method-assign,assignment]  # the documented way to set it
    return parser


def _cut_title(tokens: list[Token]) -> tuple[str | None, list[Token]]:
    """Take the first top heading out: the page shows it as its title."""
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return _plain(tokens[place + 1]), tokens[:place] + tokens[place + 3 :]
    return None, tokens


def _mark_headings(tokens: list[Token], prefix: str) -> Iterator[Heading]:
    """Give every heading an id, and tell which there are."""
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            name = f"{prefix}-{place}"
            token.attrSet("id", name)
            yield Heading(name, _plain(tokens[place + 1]), int(token.tag[1]))


def _links(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from (child for child in token.children or () if child.type == "link_open")


def _plain(inline: Token) -> str:
    """Return the words of a piece of text without its markup."""
    return "".join("\n" if c.type == "softbreak" else c.content for c in inline.children or ()).replace(
        "\n", " "
    )


def _first_paragraph(tokens: list[Token]) -> str:
    places = (place for place, token in enumerate(tokens) if token.type == "paragraph_open")
    first = next(places, None)
    return "" if first is None else _plain(tokens[first + 1])
