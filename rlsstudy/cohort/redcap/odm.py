"""Reading the data dictionary out of a REDCap project's XML (CDISC ODM with REDCap's own attributes)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler

from rlsstudy.cohort.files.raw_table import check_size, limit_problem, refuse
from rlsstudy.cohort.redcap.fields import as_dictionary
from rlsstudy.cohort.redcap.rows import Choices, FieldRow, Findings, choices_fault, read_choices
from rlsstudy.cohort.redcap.types import SYSTEM_COLUMNS
from rlsstudy.declare.dictionary import Dictionary
from rlsstudy.problems import Problem

if TYPE_CHECKING:
    from xml.sax.xmlreader import AttributesImpl, Locator

LONGEST_METADATA = 64 * 2**20  # characters of text and attributes before the participants' data begin
DEEPEST = 100  # elements inside one another; REDCap writes about ten
COLUMNS: Mapping[str, str] = {
    "name": "redcap:Variable",
    "form": "redcap:FormName",
    "type": "redcap:FieldType",
    "label": "TranslatedText",
    "choices": "CodeList",
    "validation": "redcap:TextValidationType",
    "lowest": "RangeCheck",
    "highest": "RangeCheck",
    "annotation": "redcap:FieldAnnotation",
}
# Attributes that later elements refer to: the element, and what is remembered of it.
REMEMBERED = {
    "FormDef": "redcap:FormName",
    "ItemGroupDef": "OID",
    "RangeCheck": "Comparator",
    "CodeList": "OID",
    "CodeListItem": "CodedValue",
}
HINT = "Export the project's metadata again, under 'Other Functionality' in the project's setup."


class _EndOfMetadata(Exception):  # nothing went wrong
    """The participants' data, which are not read here, begin."""


class _TooLarge(Exception):
    """The metadata are larger than any project's."""


@dataclass
class _Item:
    """One ``ItemDef``: a field, or one box of a checkbox."""

    name: str
    line: int
    about: Mapping[str, str]
    label: str = ""
    limits: dict[str, str] = field(default_factory=dict)
    code_list: str = ""

    def own(self, attribute: str) -> str:
        """One of REDCap's own attributes."""
        return self.about.get(f"redcap:{attribute}", "").strip()


@dataclass
class _CodeList:
    """The choices of a field; all boxes of a checkbox stand in one attribute."""

    choices: list[tuple[str, str]] = field(default_factory=list)
    boxes: str = ""


class _Metadata(ContentHandler):
    """Collects the metadata of a project, and stops where the participants' data begin."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.missing = ""
        self.form_of_group: dict[str, str] = {}
        self.group_of_item: dict[str, str] = {}
        self.items: list[_Item] = []
        self.code_lists: dict[str, _CodeList] = {}
        self._open: list[str] = []
        self._text: list[str] = []
        self._size = 0
        self._last: dict[str, str] = {}
        self._where: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:
        """Keep what tells the line."""
        self._where = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        """Take the attributes of an element."""
        if name == "ClinicalData":
            raise _EndOfMetadata
        about = dict(attrs.items())
        self._open.append(name)
        self._text = []
        self._count(sum(len(text) for text in about.values()))
        if name in REMEMBERED:
            self._last[name] = about.get(REMEMBERED[name], "")
        match name:
            case "ItemGroupRef":
                self.form_of_group[about.get("ItemGroupOID", "")] = self._last.get("FormDef", "")
            case "ItemRef":
                self.group_of_item[about.get("ItemOID", "")] = self._last.get("ItemGroupDef", "")
            case "ItemDef":
                line = self._where.getLineNumber() if self._where is not None else None
                self.items.append(_Item(about.get("OID", ""), line or 1, about))
            case "CodeListRef" if self.items:
                self.items[-1].code_list = about.get("CodeListOID", "")
            case "CodeList":
                boxes = about.get("redcap:CheckboxChoices", "")
                self.code_lists[self._last["CodeList"]] = _CodeList(boxes=boxes)

    def characters(self, content: str) -> None:
        """Keep the text of the innermost element."""
        self._count(len(content))
        self._text.append(content)

    def endElement(self, name: str) -> None:
        """Take the text of an element."""
        text = "".join(self._text).strip()
        self._open.pop()
        self._text = []
        match name, self._open[-1:]:
            case "StudyName", _:
                self.title = text
            case "redcap:MissingDataCodes", _:
                self.missing = text
            case "CheckValue", _ if self.items:
                self.items[-1].limits[self._last.get("RangeCheck", "")] = text
            case "TranslatedText", ["Question"] if self.items:
                self.items[-1].label = text
            case "TranslatedText", ["Decode"] if "CodeList" in self._last:
                code = self._last.get("CodeListItem", "").strip()
                label = " ".join(text.split()) or code
                self.code_lists[self._last["CodeList"]].choices.append((code, label))

    def form_of(self, item: str) -> str:
        """Return the form that an item stands in."""
        return self.form_of_group.get(self.group_of_item.get(item, ""), "")

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > LONGEST_METADATA or len(self._open) > DEEPEST:
            raise _TooLarge


def read_odm(path: Path) -> Dictionary:
    """Read the data dictionary of a REDCap project from its XML.

    The participants' data in the same file are not read. Documents with a type definition are refused, and so
    are all entities.

    Parameters
    ----------
    path : Path
        The file that REDCap exports as "project XML".

    Returns
    -------
    Dictionary
        As `read_redcap_dictionary` returns it, with the project's title and missing data codes.

    Raises
    ------
    CohortError
        With one `E_DICTIONARY` for each fault, or because the file is no such XML.
    """
    return read_odm_with_notes(path)[0]


def read_odm_with_notes(path: Path) -> tuple[Dictionary, tuple[Problem, ...]]:
    """Read the dictionary from a project's XML, and say what of it the neutral form leaves out.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dictionary : Dictionary
        The fields.
    notes : tuple of Problem
        One `N_DICTIONARY` for each limit and validation that is left out.

    Raises
    ------
    CohortError
        As `read_odm` does.
    """
    project = _parse(path)
    findings = Findings(path.name, COLUMNS)
    missing: Choices = ()
    if project.missing:
        missing, fault = read_choices(project.missing)
        if fault:
            text = f"The project's missing data codes cannot be read: {fault}"
            findings.fault(1, "redcap:MissingDataCodes", text, "code, reason in each line")
    dictionary = as_dictionary([*_rows(project)], findings, project.title, dict(missing))
    return dictionary, tuple(findings.problems)


def _parse(path: Path) -> _Metadata:
    """Read the metadata, with every way in which XML can be wrong as a typed error."""
    from defusedxml import DefusedXmlException
    from defusedxml.sax import parse

    check_size(path)
    project = _Metadata()
    try:
        with path.open("rb") as file:
            parse(file, project, forbid_dtd=True)
    except _EndOfMetadata:
        pass
    except _TooLarge as error:
        found, allowed = "more metadata than any project", f"at most {LONGEST_METADATA:,} characters"
        raise refuse(path, limit_problem(path.name, found, allowed)) from error
    except SAXParseException as error:
        raise refuse(path, _no_xml(path, error.getLineNumber())) from error
    except DefusedXmlException as error:
        message = f"'{path.name}' declares a document type or an entity, as REDCap never does"
        problem = Problem("E_DICTIONARY", message, allowed="XML without either", hint=HINT, file=path.name)
        raise refuse(path, problem) from error
    except (SAXException, ValueError, LookupError) as error:
        raise refuse(path, _no_xml(path, None)) from error
    if not any(item.own("FieldType") for item in project.items):
        message = f"'{path.name}' holds no fields of a REDCap project"
        allowed = "the XML of a project, with ItemDef elements that have a redcap:FieldType"
        raise refuse(path, Problem("E_DICTIONARY", message, allowed=allowed, hint=HINT, file=path.name))
    return project


def _no_xml(path: Path, line: int | None) -> Problem:
    message = f"'{path.name}' is damaged, or is not XML"
    return Problem("E_DICTIONARY", message, hint=HINT, file=path.name, line=line)


def _rows(project: _Metadata) -> Iterator[FieldRow]:
    """Yield the fields in order; the boxes of a checkbox are one field."""
    seen = set()
    for item in project.items:
        form, name = project.form_of(item.name), item.own("Variable") or item.name
        is_box = item.own("FieldType") in ("checkbox", "advcheckbox")
        is_system = item.name in SYSTEM_COLUMNS or item.name == f"{form}_complete"
        if is_system or (is_box and name in seen):
            continue
        seen.add(name)
        codes = project.code_lists.get(item.code_list, _CodeList())
        choices, fault = (
            read_choices(codes.boxes) if is_box else (tuple(codes.choices), choices_fault(codes.choices))
        )
        yield FieldRow(
            item.line,
            name,
            form,
            item.own("FieldType").lower(),
            item.label,
            choices,
            fault,
            item.own("TextValidationType").lower(),
            item.limits.get("GE", ""),
            item.limits.get("LE", ""),
            item.own("Identifier") == "y",
            item.own("RequiredField") == "y",
            item.own("BranchingLogic"),
            item.own("FieldAnnotation"),
        )
