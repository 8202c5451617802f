"""No command writes to what it reads, and what the disk does not allow is told as such."""

import pytest

from rlsstudy.deliver.target import check_new_target, files_of
from rlsstudy.errors import DeliveryError

STUDY = '[study]\ntitle = "S"\ndata = "a.csv"\nkey = "id"\noutcome = "ferritin"\nfactors = ["age"]\npopulation = "everyone"\n[columns]\nSF = "ferritin"\nAGE = "age"\n'


@pytest.fixture
def study(tmp_path):
    (tmp_path / "a.csv").write_text("id,SF,AGE\n1,50,40\n2,60,50\n", encoding="utf-8")
    path = tmp_path / "study.toml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def refusal(target, read, force=True):
    with pytest.raises(DeliveryError) as caught:
        check_new_target(target, read, force=force)
    return str(caught.value)


def test_study_names_its_own_file_and_its_data(study):
    assert [path.name for path in files_of(study)] == ["study.toml", "a.csv"]
    assert files_of("default") == []


@pytest.mark.parametrize("name", ["a.csv", "study.toml"])
def test_what_is_read_is_not_written_to_whatever_is_forced(study, name):
    target = study.parent / name

    assert refusal(target, files_of(study)) == (
        f"'{target}' is read by this command, and is not written to. Name another file."
    )


def test_file_that_is_there_is_kept_unless_forced(tmp_path):
    there = tmp_path / "there.html"
    there.write_text("old", encoding="utf-8")

    assert refusal(there, [], force=False) == (
        f"The file '{there}' is there already. Name another one, or replace it with --force."
    )
    check_new_target(there, [], force=True)


def test_missing_folder_and_impossible_name_are_told(tmp_path):
    assert refusal(tmp_path / "nix" / "a.html", []) == (
        f"There is no folder '{tmp_path / 'nix'}' to write 'a.html' to. Make it first."
    )
    assert refusal(tmp_path / ("x" * 300), []).endswith("cannot be written: File name too long.")


@pytest.mark.parametrize(
    "command",
    [
        ("check", "{data}", "--html", "{data}", "--force"),
        ("check", "{data}", "--study", "{study}", "--html", "{study}", "--force"),
        ("dictionary", "{study}", "--out", "{study}", "--force"),
        ("dictionary", "{study}", "--out", "{data}", "--force"),
        ("convert", "{study}", "{data}", "--force"),
    ],
)
def test_commands_leave_their_inputs_as_they_were(study, command):
    from typer.testing import CliRunner

    from rlsstudy.deliver.cli import app

    data = study.parent / "a.csv"
    before = data.read_bytes(), study.read_bytes()

    result = CliRunner().invoke(app, [word.format(data=data, study=study) for word in command])

    assert result.exit_code != 0
    assert (data.read_bytes(), study.read_bytes()) == before
