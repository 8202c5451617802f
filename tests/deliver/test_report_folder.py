"""A report takes its place as a whole, and nothing else is ever replaced."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from rlsstudy.deliver import report_folder
from rlsstudy.deliver.report_folder import check_replaceable, write_report_folder
from rlsstudy.errors import DeliveryError

OLD = {"index.html": b"old", "00_a.html": b"old page"}
NEW = {"index.html": b"new"}


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "provenance.json"}


def test_files_and_their_checksums_are_written(tmp_path):
    write_report_folder(tmp_path / "a" / "report", NEW, {"provenance": {"Study": {"title": "T"}}})

    assert content(tmp_path / "a" / "report") == NEW
    assert json.loads((tmp_path / "a" / "report" / "provenance.json").read_text(encoding="utf-8")) == {
        "kind": "rlsstudy report",
        "provenance": {"Study": {"title": "T"}},
        "files": {"index.html": sha256(b"new").hexdigest()},
    }


def test_old_report_is_replaced_as_a_whole(tmp_path):
    write_report_folder(tmp_path / "report", OLD, {})
    write_report_folder(tmp_path / "report", NEW, {})

    assert content(tmp_path / "report") == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_empty_folder_is_used(tmp_path):
    write_report_folder(tmp_path, NEW, {})

    assert content(tmp_path) == NEW


def test_folder_with_other_files_is_kept(tmp_path):
    (tmp_path / "thesis.docx").write_bytes(b"years of work")

    with pytest.raises(DeliveryError) as caught:
        write_report_folder(tmp_path, NEW, {})

    assert str(caught.value) == (
        f"The folder '{tmp_path}' is not empty and not a report, so it is not replaced. Name another folder."
    )
    assert content(tmp_path) == {"thesis.docx": b"years of work"}


def test_manifest_of_something_else_does_not_make_a_report(tmp_path):
    (tmp_path / "provenance.json").write_text('{"kind": "other"}', encoding="utf-8")

    with pytest.raises(DeliveryError, match="not a report"):
        check_replaceable(tmp_path)


def test_files_added_to_a_report_are_named_and_kept(tmp_path):
    write_report_folder(tmp_path / "report", OLD, {})
    (tmp_path / "report" / "my notes.txt").write_bytes(b"mine")
    (tmp_path / "report" / ".DS_Store").write_bytes(b"litter")

    with pytest.raises(DeliveryError) as caught:
        write_report_folder(tmp_path / "report", NEW, {})

    assert str(caught.value) == (
        f"The folder '{tmp_path / 'report'}' holds a report and files that are not part of it:\n"
        "  - my notes.txt\n"
        "Move them elsewhere, or name another folder."
    )
    assert (tmp_path / "report" / "index.html").read_bytes() == b"old"


def test_current_folder_is_never_replaced(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    for name in (".", str(tmp_path)):
        with pytest.raises(DeliveryError) as caught:
            write_report_folder(Path(name), NEW, {})
        assert str(caught.value) == (
            "A report cannot replace the folder that you are in. Name a new folder for it, for example 'report'."
        )
    assert list(tmp_path.iterdir()) == []


def test_file_of_that_name_is_kept(tmp_path):
    (tmp_path / "report").write_bytes(b"a file")

    with pytest.raises(DeliveryError) as caught:
        check_replaceable(tmp_path / "report")

    assert str(caught.value) == f"'{tmp_path / 'report'}' is a file. Name a folder for the report."


def test_place_below_a_file_cannot_be_written(tmp_path):
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(DeliveryError) as caught:
        write_report_folder(tmp_path / "file" / "report", NEW, {})

    assert str(caught.value) == (
        f"The report cannot be written to '{tmp_path / 'file' / 'report'}': Not a directory. "
        "Nothing was changed. Name a folder that you can write, on a disk with room."
    )


@pytest.mark.parametrize("wrong", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_old_report_stays_when_writing_is_cut_short(tmp_path, monkeypatch, wrong):
    write_report_folder(tmp_path / "report", OLD, {})

    def fail(path, content):
        raise wrong

    monkeypatch.setattr(report_folder, "_write", fail)
    with pytest.raises((DeliveryError, KeyboardInterrupt)):
        write_report_folder(tmp_path / "report", NEW, {})

    assert content(tmp_path / "report") == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_old_report_is_put_back_when_the_swap_is_cut_short(tmp_path, monkeypatch):
    write_report_folder(tmp_path / "report", OLD, {})
    path_type = type(tmp_path)
    rename = path_type.rename

    def interrupted(self, target):
        if self.name == "report" and self.parent.name.startswith("."):
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(path_type, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_report_folder(tmp_path / "report", NEW, {})

    assert content(tmp_path / "report") == OLD


def test_report_that_another_run_put_there_meanwhile_is_replaced(tmp_path, monkeypatch):
    path_type = type(tmp_path)
    rename = path_type.rename
    others = [OLD]

    def overtaken(self, target):
        if self.name == "report" and others:
            write = others.pop()
            target.mkdir()
            for name, text in write.items():
                (target / name).write_bytes(text)
        return rename(self, target)

    monkeypatch.setattr(path_type, "rename", overtaken)
    write_report_folder(tmp_path / "report", NEW, {})

    assert content(tmp_path / "report") == NEW
