"""A dictionary that REDCap can hold is the same after it was written and read; another is refused."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlsstudy.cohort.redcap.dictionary import HEADER, read_redcap_dictionary
from rlsstudy.cohort.redcap.types import COMPLETION, VALIDATIONS
from rlsstudy.cohort.redcap.write import write_redcap_dictionary
from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import CohortError

DATA = Path(__file__).resolve().parents[1] / "data" / "redcap"
KEY = DictionaryField("id", "Record ID", section="base")

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="|\"'<>"), min_size=1
)
labels = st.builds(" ".join, st.lists(texts, min_size=1, max_size=3)).filter(lambda text: text != "NA")
codes = st.from_regex(r"-?[0-9]{1,3}|[a-z]{1,3}", fullmatch=True)
levels = st.dictionaries(codes, labels, min_size=1, max_size=4)
missing = st.dictionaries(codes, labels, max_size=2)
numbers = st.floats(-1e9, 1e9) | st.integers(-100, 100).map(float)


def read_back(text: str) -> Dictionary:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dictionary.csv"
        path.write_text(text, encoding="utf-8", newline="")
        return read_redcap_dictionary(path)


@st.composite
def limits(draw: st.DrawFn, values: st.SearchStrategy[float]) -> tuple[float | None, float | None]:
    low, high = sorted(draw(st.tuples(values, values)))
    return draw(st.sampled_from([(None, None), (low, None), (None, high), (low, high)]))


@st.composite
def levelled(draw: st.DrawFn) -> DictionaryField:
    own = draw(levels)
    kinds = [Kind.ORDINAL, Kind.BINARY if len(own) == 2 else Kind.CATEGORICAL]
    return DictionaryField("", kind=draw(st.sampled_from(kinds)), levels=own)


@st.composite
def measured(draw: st.DrawFn) -> DictionaryField:
    means = draw(st.sampled_from([*VALIDATIONS.values()]))
    days = st.integers(-20_000, 40_000).map(float)
    among = {Kind.DATE: limits(days), Kind.TEXT: st.just((None, None))}.get(means.kind, limits(numbers))
    return DictionaryField(
        "",
        kind=means.kind,
        pattern=means.pattern,
        date_format=means.date_format,
        identifies=means.identifies,
        limits=draw(among),
    )


@st.composite
def fields(draw: st.DrawFn, number: int, section: str) -> list[DictionaryField]:
    own = draw(levelled() | measured())
    about = {
        "label": draw(labels),
        "unit": draw(st.just("") | labels),
        "missing": draw(missing),
        "required": draw(st.booleans()),
        "branching": draw(st.just("") | labels),
        "section": section,
    }
    whole = {name: getattr(own, name) for name in DictionaryField.__slots__} | about | {"name": f"f{number}"}
    whole["identifies"] = own.identifies or draw(st.booleans())
    return [DictionaryField(**whole)]


@st.composite
def dictionaries(draw: st.DrawFn) -> Dictionary:
    """Dictionaries as REDCap holds them: the key first, forms together, each with its status."""
    own = [KEY]
    for place, section in enumerate(["base", "visit"]):
        for number in range(draw(st.integers(0 if place == 0 else 1, 4))):
            own += draw(fields(10 * place + number, section))
        own.append(
            DictionaryField(
                f"{section}_complete", "Complete?", Kind.ORDINAL, levels=COMPLETION, section=section
            )
        )
    return Dictionary("dictionary.csv", tuple(own), "id", "", draw(missing))


@pytest.mark.slow
@given(dictionaries())
def test_what_redcap_can_hold_is_the_same_after_a_round_trip(dictionary):
    assert read_back(write_redcap_dictionary(dictionary)) == dictionary


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*_dictionary.csv")))
def test_real_dictionary_is_the_same_after_a_round_trip(name):
    dictionary = read_redcap_dictionary(DATA / name)

    assert read_back(write_redcap_dictionary(dictionary)).fields == dictionary.fields


def test_file_has_the_18_columns_and_says_everything_once():
    dictionary = Dictionary(
        "study",
        (
            DictionaryField(
                "ferritin", "Ferritin", Kind.CONTINUOUS, "ng/mL", (0.0, 5000.0), section="Iron status"
            ),
            DictionaryField("id", "=ID", section="Iron status"),
            DictionaryField(
                "item_1", "Item 1", Kind.ORDINAL, levels={"0": "none", "1": "mild"}, section="IRLS"
            ),
            DictionaryField("rls", "RLS", Kind.BINARY, levels={"0": "No", "1": "Yes"}, required=True),
            DictionaryField("sym___1", "Symptoms (choice=Pain)", Kind.BINARY, group="sym"),
            DictionaryField("sym___2", "Symptoms (choice=Urge)", Kind.BINARY, group="sym"),
        ),
        "id",
        missing={"-77": "refused"},
    )

    rows = list(csv.reader(io.StringIO(write_redcap_dictionary(dictionary))))

    assert tuple(rows[0]) == HEADER
    assert rows[1:] == [
        ["id", "iron_status", "", "text", " =ID", *[""] * 12, ' @MISSINGDATACODES="-77, refused"'],
        [
            "ferritin",
            "iron_status",
            "",
            "text",
            "Ferritin",
            "",
            "ng/mL",
            "number",
            "0",
            "5000",
            *[""] * 7,
            ' @UNIT="ng/mL"',
        ],
        ["item_1", "irls", "", "radio", "Item 1", "0, none | 1, mild", *[""] * 11, " @ORDINAL"],
        ["rls", "form_1", "", "yesno", "RLS", *[""] * 7, "y", *[""] * 5],
        ["sym", "form_1", "", "checkbox", "Symptoms", "1, Pain | 2, Urge", *[""] * 12],
    ]


def test_what_redcap_cannot_hold_is_refused_all_at_once():
    dictionary = Dictionary(
        "study",
        (
            DictionaryField("SF", "Ferritin"),
            DictionaryField("sex", "Sex", Kind.BINARY, levels={"0": "a|b", "1": "c"}),
            DictionaryField("band", "Band", Kind.ORDINAL),
        ),
        "SF",
    )

    with pytest.raises(CohortError) as caught:
        write_redcap_dictionary(dictionary)

    assert str(caught.value) == (
        "'study' cannot be written as a REDCap dictionary:\n"
        "  - REDCap cannot hold the name 'SF'. Allowed: lower-case letters, digits and _, beginning with a letter."
        " Rename it for REDCap.\n"
        "  - REDCap cannot hold the choices of 'sex'. Allowed: codes without commas and bars, labels without bars, on"
        " one line. Rename it for REDCap.\n"
        "  - 'band' has no levels. Allowed: at least one level. Rename it for REDCap."
    )
