"""Values of a sheet as text: numbers, dates, times and truth, each in one way of writing."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from enum import IntEnum

from rlsstudy.cohort.files.raw_columns import CellKind

Value = tuple[str, int]  # the text of a cell, and what it was (CellKind)
# Plain numbers, because there is one for every cell.
TEXT, NUMBER, DATE, TRUTH = int(CellKind.TEXT), int(CellKind.NUMBER), int(CellKind.DATE), int(CellKind.TRUTH)
ERROR, TIME = int(CellKind.ERROR), int(CellKind.TIME)
EMPTY: Value = ("", TEXT)
NO_VALUE: Value = ("", int(CellKind.NO_VALUE))

MILLISECONDS = 86_400_000  # in a day; times in sheets are fractions of days and exact to less than this
BEFORE_1900 = date(1899, 12, 31)  # day 0 of the usual date system, whose day 1 is 1 January 1900
START_1904 = date(1904, 1, 1)  # day 0 of the other one
NO_SUCH_DAY = 60  # 29 February 1900, which Excel counts and the calendar does not have
LARGEST_WHOLE = 1e16  # a double above this has more digits written out than it holds
LONGEST_WHOLE = 15  # digits that a double always holds

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
# In number formats: quoted and escaped text, fillers, colours and conditions; but not [h], [mm], [s].
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATES = range(0xD800, 0xE000)
_HALF_OF_DAY = re.compile(r"am/pm|a/p", re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?", re.ASCII)


class Form(IntEnum):
    """What the number format of a cell makes of its number."""

    NUMBER = 0
    DATE = 1
    TIME = 2
    ELAPSED = 3  # hours may go beyond 24


# The formats that are known by number alone (ECMA-376 part 1, 18.8.30, with the East Asian ones).
BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 59)), Form.DATE),
    **dict.fromkeys((18, 19, 20, 21, *range(32, 36), 45, 47), Form.TIME),
    46: Form.ELAPSED,
}


def form_of(code: str) -> Form:
    """Say what a number format makes of a number.

    Parameters
    ----------
    code : str
        The format as stored, which is the English one.

    Examples
    --------
    >>> [form_of(code).name for code in ("0.00", "d/m/yyyy", "hh:mm", "[h]:mm", '0 "days"')]
    ['NUMBER', 'DATE', 'TIME', 'ELAPSED', 'NUMBER']
    """
    shown = _NOT_SHOWN.sub("", code).split(";", 1)[0].lower()
    if _ELAPSED.search(shown):
        return Form.ELAPSED
    letters = set(_HALF_OF_DAY.sub("", shown.replace("general", "")))
    if letters & {"y", "d"}:
        return Form.DATE
    if letters & {"h", "s"}:
        return Form.TIME
    return Form.DATE if "m" in letters else Form.NUMBER


def number_text(text: str) -> str:
    """Write a stored number as the shortest text that gives the same double back.

    Raises
    ------
    ValueError
        It is no finite number.

    Examples
    --------
    >>> number_text("22.0"), number_text("0.10000000000000001"), number_text("1E-3")
    ('22', '0.1', '0.001')
    """
    if text.isdigit() and text.isascii() and len(text) <= LONGEST_WHOLE and (text[0] != "0" or text == "0"):
        return text
    if not _NUMBER.fullmatch(text):
        raise ValueError("no number")
    return float_text(float(text))


def float_text(number: float) -> str:
    """Write a double as the shortest text that gives it back; whole ones without a decimal point.

    Raises
    ------
    ValueError
        It is not finite.
    """
    if number - number != 0:
        raise ValueError("not finite")
    return str(int(number)) if number.is_integer() and abs(number) < LARGEST_WHOLE else repr(number)


def serial_value(text: str, form: Form, *, since_1904: bool) -> Value:
    """Turn a stored number into what its format makes of it.

    Parameters
    ----------
    text : str
        The number as stored.
    form : Form
        What the format makes of it.
    since_1904 : bool
        Whether the workbook counts days from 1904.

    Returns
    -------
    tuple of str and CellKind
        A number that cannot be a date stays a number.

    Raises
    ------
    ValueError
        It is no finite number.

    Examples
    --------
    >>> serial_value("44256", Form.DATE, since_1904=False)[0]
    '2021-03-01'
    >>> serial_value("44256.604166666664", Form.DATE, since_1904=False)[0]
    '2021-03-01T14:30:00'
    >>> serial_value("1.5", Form.ELAPSED, since_1904=False)[0]
    '36:00:00'
    """
    plain = number_text(text)
    if form is Form.NUMBER:
        return plain, NUMBER
    serial = float(plain)
    is_time = form is Form.ELAPSED or (serial < 1 and (form is Form.TIME or (serial > 0 and not since_1904)))
    if is_time and serial >= 0:
        return time_text(round(serial * MILLISECONDS)), TIME
    return _day_text(serial, since_1904) or (plain, NUMBER)


def _day_text(serial: float, since_1904: bool) -> Value | None:
    """Write a count of days as a date, or nothing when there is no such day."""
    if serial < 0 or serial > (date.max - BEFORE_1900).days + 1:
        return None
    days, rest = divmod(round(serial * MILLISECONDS), MILLISECONDS)
    if not since_1904:
        if days in (0, NO_SUCH_DAY):
            return None
        days -= days > NO_SUCH_DAY
    try:
        day = (START_1904 if since_1904 else BEFORE_1900) + timedelta(days=days)
    except OverflowError:
        return None
    return (f"{day.isoformat()}T{time_text(rest)}" if rest else day.isoformat()), DATE


def time_text(milliseconds: int) -> str:
    """Write a time of day or a duration, with thousandths only where there are some.

    Examples
    --------
    >>> time_text(52_200_000), time_text(1_500)
    ('14:30:00', '00:00:01.500')
    """
    seconds, thousandths = divmod(abs(milliseconds), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    sign = "-" if milliseconds < 0 else ""
    end = f".{thousandths:03}" if thousandths else ""
    return f"{sign}{hours:02}:{minutes:02}:{seconds:02}{end}"


def iso_value(text: str) -> Value:
    """Turn a date that is stored as text into the one way of writing it.

    Raises
    ------
    ValueError
        It is no date in ISO 8601.

    Examples
    --------
    >>> iso_value("2021-03-01T00:00:00")[0], iso_value("2021-03-01T14:30:00.000")[0]
    ('2021-03-01', '2021-03-01T14:30:00')
    """
    moment = datetime.fromisoformat(text.removesuffix("Z"))
    since_midnight = timedelta(
        hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond
    )
    rest = round(since_midnight / timedelta(milliseconds=1))
    day = moment.date().isoformat()
    return (f"{day}T{time_text(rest)}" if rest else day), DATE


def duration_value(text: str) -> Value:
    """Turn a duration such as ``PT14H30M00S`` into a time.

    Raises
    ------
    ValueError
        It is no duration in ISO 8601, or one of years or months.

    Examples
    --------
    >>> duration_value("PT14H30M00S")[0]
    '14:30:00'
    """
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()[1:5]):
        raise ValueError("no duration")
    sign, days, hours, minutes, seconds, fraction = match.groups()
    whole = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    milliseconds = whole * 1000 + round(float(f"0.{fraction or 0}") * 1000)
    return time_text(-milliseconds if sign else milliseconds), TIME


def truth_value(is_true: bool) -> Value:
    """Write a truth value."""
    return ("true" if is_true else "false"), TRUTH


def unescape(text: str) -> str:
    """Write out characters that the format stores by number: ``_x000D_`` is a line end.

    Examples
    --------
    >>> unescape("a_x0041_b"), unescape("_x005F_x0041_")
    ('aAb', '_x0041_')
    """
    if "_x" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        number = int(match.group(1), 16)
        return match.group() if number in _SURROGATES else chr(number)

    return _ESCAPED.sub(character, text)
