"""Taking the workbook out of the OLE container in which old Excel files are kept."""

from __future__ import annotations

import struct
from collections.abc import Iterator

SECTOR_SHIFTS = (9, 12)  # sectors of 512 or 4,096 bytes
ENTRY_SIZE = 128  # bytes of an entry of the directory
LAST_SECTOR = 0xFFFFFFFA  # higher numbers mean "none"
IN_HEADER = 109  # sectors of the allocation table that the header lists
ROOT, STREAM = 5, 2  # kinds of entries


class Ole:
    """An OLE container.

    Parameters
    ----------
    content : bytes
        The file.

    Raises
    ------
    ValueError, struct.error
        It contradicts itself.
    """

    def __init__(self, content: bytes) -> None:
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in SECTOR_SHIFTS or mini_shift >= shift:
            raise ValueError("sectors of an unknown size")
        self._content = content
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        (directory,) = struct.unpack_from("<I", content, 48)
        self._cutoff, mini_table = struct.unpack_from("<II", content, 56)
        self._table = self._allocation()
        self._mini_table = _numbers(self._chain(mini_table)) if mini_table < LAST_SECTOR else []
        self.entries = dict(self._entries(self._chain(directory)))
        self._mini = b""
        root = next((entry for entry in self.entries.values() if entry[0] == ROOT), None)
        if root is not None and root[1] < LAST_SECTOR:
            self._mini = self._chain(root[1])

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start >= len(self._content):
            raise ValueError("a sector beyond the end")
        return self._content[start : start + self._size]

    def _allocation(self) -> list[int]:
        """Return which sector follows each sector."""
        listed = _numbers(self._content[76 : 76 + 4 * IN_HEADER])
        (more,) = struct.unpack_from("<I", self._content, 68)
        for _ in range(len(self._content) // self._size):
            if more >= LAST_SECTOR:
                break
            *numbers, more = _numbers(self._sector(more))
            listed += numbers
        return _numbers(b"".join(self._sector(number) for number in listed if number < LAST_SECTOR))

    def _chain(self, number: int) -> bytes:
        parts: list[bytes] = []
        for _ in range(len(self._table) + 1):
            if number >= LAST_SECTOR:
                return b"".join(parts)
            parts.append(self._sector(number))
            number = self._table[number]
        raise ValueError("sectors in a circle")

    def _entries(self, directory: bytes) -> Iterator[tuple[str, tuple[int, int, int]]]:
        """Yield the name of every entry with its kind, first sector and size."""
        for start in range(0, len(directory) - ENTRY_SIZE + 1, ENTRY_SIZE):
            entry = directory[start : start + ENTRY_SIZE]
            length, kind = struct.unpack_from("<HB", entry, 64)
            first, size = struct.unpack_from("<II", entry, 116)
            if kind and 2 <= length <= 64:
                yield entry[: length - 2].decode("utf-16-le", "replace"), (kind, first, size)

    def stream(self, name: str) -> bytes:
        """Return the content of a stream.

        Raises
        ------
        KeyError
            There is none of this name.
        """
        _, first, size = self.entries[name]
        if size >= self._cutoff:
            return self._chain(first)[:size]
        parts: list[bytes] = []
        for _ in range(len(self._mini_table) + 1):
            if first >= LAST_SECTOR:
                return b"".join(parts)[:size]
            parts.append(self._mini[first * self._mini_size : (first + 1) * self._mini_size])
            first = self._mini_table[first]
        raise ValueError("sectors in a circle")


def _numbers(content: bytes) -> list[int]:
    return [number for (number,) in struct.iter_unpack("<I", content[: len(content) // 4 * 4])]
