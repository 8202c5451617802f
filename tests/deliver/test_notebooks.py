"""Copies of the notebooks never replace a file."""

import pytest

from rlsstudy.deliver.new_file import write_new
from rlsstudy.deliver.notebooks import copy_notebooks, packaged_notebooks, read_notebook
from rlsstudy.errors import DeliveryError


def test_notebooks_are_copied_as_they_are(tmp_path):
    copied = copy_notebooks(tmp_path / "mine")

    assert [path.name for path in copied.written] == ["00_start_here.ipynb", "01_the_cohort.ipynb"]
    assert copied.kept == ()
    assert [path.read_bytes() for path in copied.written] == [
        path.read_bytes() for path in packaged_notebooks()
    ]


def test_notebook_that_is_there_is_kept(tmp_path):
    (tmp_path / "00_start_here.ipynb").write_text("my own work", encoding="utf-8")

    copied = copy_notebooks(tmp_path)

    assert [path.name for path in copied.kept] == ["00_start_here.ipynb"]
    assert [path.name for path in copied.written] == ["01_the_cohort.ipynb"]
    assert (tmp_path / "00_start_here.ipynb").read_text(encoding="utf-8") == "my own work"


def test_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(DeliveryError) as caught:
        copy_notebooks(tmp_path / "file" / "mine")

    assert str(caught.value) == (
        f"The notebooks cannot be copied to '{tmp_path / 'file' / 'mine'}': Not a directory. "
        "Name a folder that you can write."
    )


def test_half_a_file_is_not_left(tmp_path):
    with pytest.raises(TypeError):
        write_new(tmp_path / "a", "text, where bytes are needed")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["no json", "{}", "[1]", '{"cells": 1, "nbformat": 4, "nbformat_minor": 5}'])
def test_file_that_is_no_notebook_is_named(tmp_path, text):
    (tmp_path / "a.ipynb").write_text(text, encoding="utf-8")

    with pytest.raises(DeliveryError) as caught:
        read_notebook(tmp_path / "a.ipynb")

    assert str(caught.value) == "The file 'a.ipynb' is not a notebook. Open and save it in JupyterLab."


def test_missing_notebook_is_named(tmp_path):
    with pytest.raises(DeliveryError) as caught:
        read_notebook(tmp_path / "a.ipynb")

    assert str(caught.value) == "The notebook 'a.ipynb' cannot be read: No such file or directory."
