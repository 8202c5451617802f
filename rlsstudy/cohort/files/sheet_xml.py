"""Streaming the XML parts of a workbook without ever building a tree, and without entities."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol
from xml.parsers import expat

from rlsstudy.cohort.files.raw_table import refuse
from rlsstudy.problems import Problem

CHUNK = 1 << 16  # bytes


class Part(Protocol):
    """A file that is open for reading bytes."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""


class LocalNames(dict[str, str]):
    """The names of elements without their namespace, each worked out once.

    Examples
    --------
    >>> LocalNames()["urn:sheets row"]
    'row'
    """

    def __missing__(self, name: str) -> str:
        self[name] = name[name.rfind(" ") + 1 :]
        return self[name]


class XmlReader:
    """What is done with the elements of one part; names have their namespace in front, with a blank between.

    Parameters
    ----------
    done : bool
        Set when nothing more is wanted of the part.
    local : LocalNames
        The names without namespaces.
    """

    def __init__(self) -> None:
        self.done = False
        self.local = LocalNames()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, data: str) -> None:
        """Take the text of an element, or a part of it."""


def stream_xml(path: Path, part: Part, reader: XmlReader) -> None:
    """Hand the elements of a part to a reader, in order.

    Parameters
    ----------
    path : Path
        The workbook, for messages.
    part : binary file
        The part.
    reader : XmlReader
        What takes them.

    Raises
    ------
    CohortError
        The part declares entities, with which a few bytes can unfold to gigabytes.
    xml.parsers.expat.ExpatError
        It is no XML.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse_entity(*_: Any) -> None:
        message = f"'{path.name}' declares XML entities, as no spreadsheet program does"
        hint = "Open it in a spreadsheet program you trust, and save it again."
        raise refuse(path, Problem("E_LIMIT", message, allowed="plain XML", hint=hint, file=path.name))

    parser.EntityDeclHandler = refuse_entity
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    while not reader.done:
        chunk = part.read(CHUNK)
        parser.Parse(chunk, not chunk)
        if not chunk:
            return
