"""From Arrow columns to columns of numbers or of typed text, exactly: no digit, day or level is changed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.files.raw_columns import CellKind, NumberColumn, RawColumn, TextColumn
from rlsstudy.problems import Problem, Severity

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from rlsstudy.cohort.files.raw_columns import Codes, Texts

LARGEST_EXACT = 2**53  # whole numbers up to here are doubles
LARGEST_INT64 = 2**63 - 1
UUID_TYPE = "arrow.uuid"


def as_column(values: pa.ChunkedArray, name: str, file: str) -> RawColumn | None:
    """Return a column of numbers or of text, None for a type that has no cells of either kind.

    Parameters
    ----------
    values : pyarrow.ChunkedArray
        The column, validated in full.
    name, file : str
        What problems call it.

    Returns
    -------
    NumberColumn, TextColumn or None
        Floating and whole numbers as numbers; whole numbers that are no doubles, and decimals, as the text of
        their exact digits; dates, times and truth values as typed text. None for bytes, intervals and unions.
    """
    import pyarrow as pa

    values = _plain(values)
    kind = values.type
    if pa.types.is_dictionary(kind) and not _is_text(kind.value_type):
        values, kind = values.cast(kind.value_type), kind.value_type
    if pa.types.is_floating(kind):
        return _floats(values, name, file)
    if pa.types.is_null(kind):
        return NumberColumn(np.full(len(values), np.nan))
    if pa.types.is_integer(kind):
        numbers = _whole_numbers(values)
        if numbers is not None:
            return numbers
    writer = _writer(kind)
    return None if writer is None else _written(values, *writer)


def _plain(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the storage of an extension type; a UUID becomes its usual text."""
    import pyarrow as pa

    if not isinstance(values.type, pa.BaseExtensionType):
        return values
    storage = pa.chunked_array([chunk.storage for chunk in values.chunks], type=values.type.storage_type)
    if values.type.extension_name != UUID_TYPE:
        return storage
    texts = [None if own is None else str(uuid.UUID(bytes=own)) for own in storage.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _floats(values: pa.ChunkedArray, name: str, file: str) -> NumberColumn:
    """Return floating numbers; a note says where the file tells NaN from null, and the study cannot."""
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = np.asarray(values.cast(pa.float64()).to_numpy(), dtype=np.float64)
    absent = np.isnan(numbers)
    if values.null_count in (0, int(absent.sum())):
        return NumberColumn(numbers)
    first = pc.index(pc.is_nan(values), True).as_py()
    problem = Problem(
        "N_NAN_AS_MISSING",
        f"Column '{name}' of '{file}' holds both NaN and null, and both count as missing",
        Severity.NOTE,
        file=file,
        column=name,
        cell=f"record {first + 1}",
        count=int(absent.sum()) - values.null_count,
        allowed="null",
        hint="Write null for both, or check what NaN stands for.",
    )
    return NumberColumn(numbers, problems=(problem,))


def _whole_numbers(values: pa.ChunkedArray) -> NumberColumn | None:
    """Return whole numbers that stay exact as int64, or as doubles where there are gaps; None when none do."""
    import pyarrow as pa
    import pyarrow.compute as pc

    limits = pc.min_max(values).as_py()
    least, most = limits["min"] or 0, limits["max"] or 0
    if values.null_count == 0 and most <= LARGEST_INT64:
        return NumberColumn(np.asarray(values.cast(pa.int64()).to_numpy(), dtype=np.int64))
    if least >= -LARGEST_EXACT and most <= LARGEST_EXACT:
        return NumberColumn(np.asarray(values.cast(pa.float64()).to_numpy(), dtype=np.float64))
    return None


def _writer(kind: pa.DataType) -> tuple[Callable[[pa.Array], Sequence[str] | Texts], CellKind] | None:
    """Return what writes the different values of a type as text, and of what kind the cells are."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind) or _is_text(kind):
        return _texts, CellKind.TEXT
    if pa.types.is_boolean(kind):
        return _texts, CellKind.TRUTH
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return _texts, CellKind.NUMBER
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _dates, CellKind.DATE
    if pa.types.is_time(kind):
        return _times, CellKind.TIME
    return (_durations, CellKind.TIME) if pa.types.is_duration(kind) else None


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _written(
    values: pa.ChunkedArray, write: Callable[[pa.Array], Sequence[str] | Texts], kind: CellKind
) -> TextColumn:
    """Return each different value once, as text, with the place of every cell."""
    import pyarrow as pa

    if not len(values):
        return TextColumn.of([])
    if pa.types.is_dictionary(values.type):
        levels, codes = _used_levels(values)
    else:
        encoded = pa.concat_arrays([_roomy(chunk) for chunk in values.chunks]).dictionary_encode()
        levels, codes = encoded.dictionary, _places(encoded.indices)
    kinds = None if kind is CellKind.TEXT else np.full(len(levels), kind, dtype=np.uint8)
    return TextColumn(codes, np.asarray(write(levels), dtype=object), kinds)


def _used_levels(values: pa.ChunkedArray) -> tuple[pa.Array, Codes]:
    """Return the levels that a dictionary column uses, each once and never null, and the place of every cell."""
    import pyarrow as pa

    # A level can stand in the dictionaries of several chunks, or twice in one, and null can be one.
    levels = pa.concat_arrays([_roomy(chunk.dictionary) for chunk in values.chunks]).dictionary_encode()
    starts = np.cumsum([0, *(len(chunk.dictionary) for chunk in values.chunks)]).tolist()
    of_level = np.append(_places(levels.indices), np.int32(-1))  # the last one stands for -1
    codes = of_level[np.concatenate([_places(*pair) for pair in zip(_indices(values), starts, strict=False)])]
    used = np.flatnonzero(np.bincount(codes + 1, minlength=len(levels.dictionary) + 1)[1:])
    renumbered = np.full(len(levels.dictionary) + 1, -1, dtype=np.int32)
    renumbered[used] = np.arange(len(used))
    return levels.dictionary.take(pa.array(used)), renumbered[codes]


def _indices(values: pa.ChunkedArray) -> list[pa.Array]:
    return [chunk.indices for chunk in values.chunks]


def _places(indices: pa.Array, start: int = 0) -> Codes:
    """Return places in a dictionary that begins at ``start`` among others, -1 for null."""
    import pyarrow as pa

    places = np.asarray(indices.cast(pa.int32()).fill_null(-1).to_numpy())
    return np.where(places < 0, -1, places + start).astype(np.int32) if start else places


def _roomy(levels: pa.Array) -> pa.Array:
    """Return texts in the type that has room for more than 2 GiB of them."""
    import pyarrow as pa

    return levels.cast(pa.large_string()) if _is_text(levels.type) else levels


def _texts(levels: pa.Array) -> Texts:
    import pyarrow as pa

    return np.asarray(levels.cast(pa.large_string()).to_numpy(zero_copy_only=False), dtype=object)


def _dates(levels: pa.Array) -> list[str]:
    """Write dates as 2021-03-01; with the time when any is not midnight, and with the offset from UTC when known."""
    import pyarrow as pa

    if pa.types.is_date(levels.type):
        levels = levels.cast(pa.timestamp("s" if pa.types.is_date32(levels.type) else "ms"))
    if levels.type.tz is None:
        return _iso(_instants(levels), short=True)
    universal = _instants(levels)
    local = _local(levels, universal)
    minutes = (local - universal).astype("timedelta64[m]").astype(np.int64).tolist()
    marks = [f"{'-' if ahead < 0 else '+'}{abs(ahead) // 60:02}:{abs(ahead) % 60:02}" for ahead in minutes]
    return [text + mark for text, mark in zip(_iso(local, short=False), marks, strict=True)]


def _instants(levels: pa.Array) -> NDArray[np.datetime64]:
    import pyarrow as pa

    counts = levels.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return np.asarray(counts.astype(f"datetime64[{levels.type.unit}]"))


def _local(levels: pa.Array, universal: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Return local times; where the computer does not know the zone the instants are kept in UTC."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        return _instants(pc.local_timestamp(levels))
    except pa.ArrowInvalid:
        return universal


def _iso(instants: NDArray[np.datetime64], *, short: bool) -> list[str]:
    days = instants.astype("datetime64[D]")
    if short and bool((days == instants).all()):
        return [str(text) for text in np.datetime_as_string(days)]
    seconds = instants.astype("datetime64[s]")
    whole = bool((seconds == instants).all())
    return [str(text) for text in np.datetime_as_string(seconds if whole else instants)]


def _times(levels: pa.Array) -> list[str]:
    """Write times of day as 14:30:00, with decimals of a second where there are any."""
    texts = _texts(levels)
    return [text.rstrip("0").rstrip(".") if "." in text else text for text in texts]


UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}  # of a second


def _durations(levels: pa.Array) -> list[str]:
    """Write durations as hours, minutes and seconds: 36:30:00."""
    import pyarrow as pa

    unit = UNITS[levels.type.unit]
    digits = len(str(unit)) - 1
    texts = []
    for count in levels.cast(pa.int64()).to_pylist():
        seconds, part = divmod(abs(count), unit)
        rest = f".{part:0{digits}}".rstrip("0") if part else ""
        sign = "-" if count < 0 else ""
        texts.append(f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{rest}")
    return texts
