"""Write the notebooks from their sources. Only notebooks/source/*.py are edited by hand.

python notebooks/build.py          writes NN_name.ipynb for every source/NN_name.py
python notebooks/build.py --check  says whether they are in sync, and changes nothing
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat

FOLDER = Path(__file__).resolve().parent
# A cell begins with "# %%", perhaps followed by [markdown] and tags=["one", "two"].
MARKER = re.compile(r"^# %%(?P<markdown> \[markdown\])?(?: tags=\[(?P<tags>.*)\])?$")
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def build_notebook(source: Path) -> str:
    """Turn one percent script into the text of a notebook without outputs, the same every time."""
    cells: list[nbformat.NotebookNode] = []
    for marker, lines in split_cells(source.read_text(encoding="utf-8")):
        # Ids follow from the place, so that a rebuilt notebook differs only where its source does.
        cells.append(new_cell(marker, lines, f"{source.stem.replace('_', '-')}-{len(cells):02}"))
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def split_cells(text: str) -> list[tuple[re.Match[str], list[str]]]:
    """Cut a script at its cell markers."""
    cells: list[tuple[re.Match[str], list[str]]] = []
    for line in text.splitlines():
        if marker := MARKER.match(line):
            cells.append((marker, []))
        elif cells:
            cells[-1][1].append(line)
        elif line:
            raise SystemExit(f"The source begins with '{line}', not with a cell marker '# %%'.")
    return cells


def new_cell(marker: re.Match[str], lines: list[str], cell_id: str) -> nbformat.NotebookNode:
    """Make one cell; text cells are comments in the source."""
    tags = re.findall(r'"([^"]+)"', marker["tags"] or "")
    metadata = {"tags": tags} if tags else {}
    if marker["markdown"]:
        text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines).strip()
        return nbformat.v4.new_markdown_cell(text, id=cell_id, metadata=metadata)
    return nbformat.v4.new_code_cell("\n".join(lines).strip(), id=cell_id, metadata=metadata)


def main(arguments: list[str]) -> int:
    """Write the notebooks, or with ``--check`` only say which differ from their source."""
    built = {
        FOLDER / f"{source.stem}.ipynb": build_notebook(source)
        for source in sorted(FOLDER.glob("source/*.py"))
    }
    stray = [path for path in sorted(FOLDER.glob("*.ipynb")) if path not in built]
    stale = [p for p, text in built.items() if not p.is_file() or p.read_text(encoding="utf-8") != text]
    for path in stray:
        print(f"{path.name} has no source.")
    for path in stale:
        print(f"{path.name} differs from its source." if "--check" in arguments else f"Wrote {path.name}.")
        if "--check" not in arguments:
            path.write_text(built[path], encoding="utf-8", newline="\n")
    return 1 if stray or (stale and "--check" in arguments) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
