"""Notebooks of a few cells, written by the tests that use them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

NotebookWriter = Callable[..., Path]


@pytest.fixture
def write_notebook(tmp_path: Path) -> NotebookWriter:
    """Write a notebook of text (beginning with '#') and code cells; tags by the number of a cell."""

    import nbformat  # takes seconds; not every process that collects tests writes notebooks

    def write(*cells: str, name: str = "00_tiny", tags: dict[int, Sequence[str]] | None = None) -> Path:
        made = []
        for number, source in enumerate(cells):
            new = nbformat.v4.new_markdown_cell if source.startswith("#") else nbformat.v4.new_code_cell
            metadata = {"tags": list(tags[number])} if tags and number in tags else {}
            made.append(new(source, id=f"cell-{number}", metadata=metadata))
        path = tmp_path / f"{name}.ipynb"
        path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=made)), encoding="utf-8")
        return path

    return write
