"""Writing a file only where none is."""

from __future__ import annotations

from pathlib import Path


def write_new(path: Path, content: bytes) -> bool:
    """Write a file unless one of that name is there; return whether it was written."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return False
    except BaseException:
        path.unlink(missing_ok=True)  # half a file would be kept the next time
        raise
    return True
