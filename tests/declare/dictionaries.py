"""Made-up data dictionaries, for the tests of the formats that hold them."""

from hypothesis import strategies as st

from rlsstudy.declare.dictionary import Dictionary, DictionaryField
from rlsstudy.declare.kinds import LEVELLED, Kind

WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=10).filter(str.strip)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: name not in {"con", "nul", "aux", "prn"}
)
CODES = st.one_of(st.integers(-99, 99).map(str), WORDS)


def limits_of(kind):
    days = st.integers(-700_000, 2_900_000).map(float)
    numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)
    if kind in LEVELLED or kind is Kind.TEXT:
        return st.just((None, None))
    values = {Kind.DATE: days, Kind.INTEGER: st.integers(-(10**6), 10**6).map(float)}.get(kind, numbers)
    return st.tuples(st.none() | values, st.none() | values)


@st.composite
def fields(draw, name, common):
    kind = draw(st.sampled_from(list(Kind)))
    codes = draw(st.lists(CODES, min_size=6, max_size=6, unique=True))
    codes = [code for code in codes if code not in common]
    words = draw(st.lists(WORDS, min_size=6, max_size=6))
    n_levels = 2 if kind is Kind.BINARY else min(3, len(codes) - 1)
    n_levels = min(n_levels, len(codes)) if kind in LEVELLED else 0
    levels = dict(zip(codes[:n_levels], words[:n_levels], strict=True))
    missing = dict(zip(codes[n_levels:], words[n_levels : len(codes)], strict=True))
    return DictionaryField(
        name=name,
        label=draw(WORDS | st.just("")),
        kind=kind,
        unit=draw(st.sampled_from(["", "years", "µg/L", "10⁹/L"])),
        limits=draw(limits_of(kind)),
        levels=levels,
        missing=draw(st.sampled_from([{}, missing])),
        date_format=draw(st.sampled_from(["%Y-%m-%d", "%d/%m/%Y"])) if kind is Kind.DATE else "",
        pattern=draw(st.sampled_from(["", "[A-Z]{2}[0-9]+"])) if kind is Kind.TEXT else "",
        required=draw(st.booleans()),
        identifies=draw(st.booleans()),
        section=draw(st.sampled_from(["", "iron", "Sleep & mood"])),
        branching=draw(st.sampled_from(["", "[sex] = '1'"])),
        group=draw(st.sampled_from(["", "symptoms"])),
    )


@st.composite
def dictionaries(draw):
    common = draw(st.dictionaries(st.sampled_from(["-98", "-97", "NK"]), WORDS, max_size=2))
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    made = tuple(draw(fields(name, common)) for name in names)
    key = draw(st.sampled_from(["", names[0]]))
    return Dictionary("made up", made, key, draw(st.sampled_from(["", "A study"])), common)
