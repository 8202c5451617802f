"""The command line: one result on standard output, an exit status that says whose turn it is."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from rlsstudy.declare.study_file import load_study
from rlsstudy.deliver import cli
from rlsstudy.errors import RLSStudyError

RUNNER = CliRunner()


def run(monkeypatch, capsys, *arguments):
    """Run the command in this process and return its status, its output and its messages."""
    monkeypatch.setattr(sys, "argv", ["rlsstudy", *map(str, arguments)])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit) as caught:
        cli.main()
    captured = capsys.readouterr()
    return caught.value.code or 0, captured.out, captured.err


@pytest.fixture
def rlsstudy(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run(monkeypatch, capsys, *arguments)


def test_version_is_told(rlsstudy):
    assert rlsstudy("--version") == (0, "0.1.0\n", "")


def test_unknown_command_is_the_users_input(rlsstudy):
    status, out, err = rlsstudy("reprot")

    assert (status, out) == (2, "")
    assert "No such command 'reprot'" in err


def test_new_writes_a_study_file_that_can_be_used(rlsstudy, tmp_path):
    assert rlsstudy("new", "mine") == (0, "mine/study.toml\n", "")

    study = load_study(tmp_path / "mine" / "study.toml")
    assert study.is_synthetic and study.factors == ("ferritin", "bmi", "caffeine", "neuropathy")


def test_examples_in_the_new_study_file_can_be_used_too(rlsstudy, tmp_path):
    rlsstudy("new")
    path = tmp_path / "study.toml"
    text = path.read_text(encoding="utf-8")
    synthetic = text[text.index("[synthetic]") : text.index("# With files")]
    kept = text.replace(synthetic, "").replace('data = "synthetic"', 'data = "cohort.csv"')
    kept = kept.replace('["ferritin", "bmi", "caffeine", "neuropathy"]', '["ferritin"]')
    examples = [re.sub(r"^# (?=\[|\w+ = )", "", line) for line in kept.splitlines()]
    path.write_text("\n".join(examples), encoding="utf-8")

    assert load_study(path).data.key == "record_id"


def test_new_keeps_a_study_file_that_is_there(rlsstudy, tmp_path):
    (tmp_path / "study.toml").write_text("mine", encoding="utf-8")

    assert rlsstudy("new") == (
        2,
        "",
        "Error: There is a study file 'study.toml' already. It was kept; name another folder.\n",
    )
    assert (tmp_path / "study.toml").read_text(encoding="utf-8") == "mine"


def test_simulated_cohort_is_written_with_a_note_that_it_is_synthetic(rlsstudy, tmp_path):
    status, out, err = rlsstudy(
        "simulate", "--n", 20, "--seed", 3, "--design", "population", "--out", "a.csv"
    )

    note = json.loads((tmp_path / "a.csv.provenance.json").read_text(encoding="utf-8"))
    assert (status, out, err) == (0, "a.csv\n", "")
    assert len((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()) == 21
    assert note["synthetic"] is True and note["seed"] == "3"


@pytest.mark.parametrize("name", ["a.csv", "a.csv.provenance.json"])
def test_simulate_keeps_a_file_that_is_there(rlsstudy, tmp_path, name):
    (tmp_path / name).write_text("mine", encoding="utf-8")

    status, out, err = rlsstudy("simulate", "--n", 5, "--out", "a.csv")

    assert (status, out) == (2, "")
    assert (
        err == f"Error: The file '{name}' is there already. Name another one, or replace it with --force.\n"
    )
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_simulate_replaces_a_file_when_told(rlsstudy, tmp_path):
    (tmp_path / "a.csv").write_text("old", encoding="utf-8")

    assert rlsstudy("simulate", "--n", 5, "--design", "population", "--out", "a.csv", "--force")[0] == 0
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").startswith("synthetic_participant,")


@pytest.mark.parametrize(
    ("out", "message"),
    [
        (
            "a.doc",
            "A cohort cannot be written to 'a.doc': its name must end in .csv, .tsv, .parquet, .feather, .xlsx, .sav,"
            " .zsav, .dta or .xpt.",
        ),
        ("nix/a.csv", "There is no folder 'nix' to write 'a.csv' to. Make it first."),
    ],
)
def test_simulate_refuses_what_it_cannot_write(rlsstudy, out, message):
    assert rlsstudy("simulate", "--out", out) == (2, "", f"Error: {message}\n")


def test_unknown_scenario_is_the_users_input(rlsstudy):
    status, _, err = rlsstudy("simulate", "--scenario", "venous_efect", "--out", "a.csv")

    assert status == 2
    assert "Did you mean 'venous_effect'?" in err


def test_check_of_a_good_file_says_so(rlsstudy):
    rlsstudy("simulate", "--n", 20, "--design", "population", "--out", "a.csv")

    assert rlsstudy("check", "a.csv") == (0, "No problem was found in 'a.csv'.\n", "")
    assert rlsstudy("check", "a.csv", "--json") == (0, "[]\n", "")


def test_check_of_a_missing_file_is_refused(rlsstudy):
    status, out, err = rlsstudy("check", "nix.csv")

    assert (status, err) == (2, "")
    assert out.startswith("refuse: There is no file 'nix.csv'.")


def test_check_writes_records(rlsstudy):
    status, out, _ = rlsstudy("check", "nix.csv", "--json")

    (record,) = json.loads(out)
    assert status == 2
    assert {
        "code",
        "severity",
        "line",
        "column",
        "allowed",
        "hint",
        "count",
        "message",
        "file",
    } <= record.keys()
    assert (record["code"], record["severity"]) == ("E_NO_FILE", "refuse")


@pytest.mark.parametrize("formats", ["pdf", "html,docx"])
def test_format_that_cannot_be_written_yet_is_named(rlsstudy, formats):
    status, out, err = rlsstudy("report", "--format", formats)

    assert (status, out) == (2, "")
    assert err == (
        f"Error: A report cannot be written as '{formats.split(',')[-1]}': only html can be written yet. Allowed: html.\n"
    )


def test_report_of_a_missing_study_is_the_users_input(rlsstudy, tmp_path):
    status, out, err = rlsstudy("report", "nix.toml", "--out", "report")

    assert (status, out) == (2, "")
    assert err.startswith("Error: The study file 'nix.toml' cannot be used:")
    assert not (tmp_path / "report").exists()


def test_report_of_a_data_file_says_what_to_do(rlsstudy):
    assert rlsstudy("report", "D.CSV") == (
        2,
        "",
        "Error: 'D.CSV' is a data file; a report is made from a study file, which says what the columns are. "
        'Write one with `rlsstudy new`, set data = "D.CSV" in it, and run `rlsstudy report study.toml`.\n',
    )


def test_report_tells_the_notes_of_the_reader_one_line_each(rlsstudy, tmp_path, monkeypatch):
    monkeypatch.setattr("rlsstudy.deliver.report.packaged_notebooks", lambda: ())
    (tmp_path / "a.csv").write_text("id,bmi,irls_total,extra\n1,25,10,x\n2,31,12,y\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(
        '[study]\ntitle = "T"\ndata = "a.csv"\nkey = "id"\nfactors = ["bmi"]\n'
        '[columns]\nbmi = "bmi"\nirls_total = "irls_total"\n',
        encoding="utf-8",
    )

    assert rlsstudy("report", "study.toml", "--out", "report") == (
        0,
        "report/index.html\n",
        "note: 'a.csv' has 1 column that the study does not map, left alone.\n",
    )


def test_interrupted_report_says_so_in_one_line(rlsstudy, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("rlsstudy.deliver.report.make_report", interrupted)

    assert rlsstudy("report") == (130, "", "Interrupted: the last report is unchanged.\n")


@pytest.mark.parametrize("arguments", [["--port", "9913"], ["mine", "--port", "9913"]])
def test_lab_makes_no_folder_of_a_mistaken_option(rlsstudy, tmp_path, arguments):
    assert rlsstudy("lab", *arguments) == (
        2,
        "",
        "Error: '--port' is not an option of `rlsstudy lab`, and no folder for notebooks. "
        "Options for JupyterLab come after two hyphens: rlsstudy lab my_folder -- --port 9913\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_lab_opens_one_folder(rlsstudy, tmp_path):
    status, out, err = rlsstudy("lab", "mine", "yours")

    assert (status, out) == (2, "")
    assert "One folder is opened at a time, not 'yours' too." in err
    assert list(tmp_path.iterdir()) == []


def test_lab_hands_on_what_stands_after_two_hyphens(rlsstudy, monkeypatch):
    seen = []

    def opened(folder, *, browser, arguments):
        seen.append((str(folder), browser, arguments))
        return 0

    monkeypatch.setattr("rlsstudy.deliver.lab.open_lab", opened)

    assert rlsstudy("lab", "--no-browser", "--", "--port", "9913")[0] == 0
    assert rlsstudy("lab", "mine", "--", "--port", "9913")[0] == 0
    assert seen == [
        ("rlsstudy-notebooks", False, ("--port", "9913")),
        ("mine", True, ("--port", "9913")),
    ]


def test_report_says_where_it_is(rlsstudy, monkeypatch):
    monkeypatch.setattr("rlsstudy.deliver.report.packaged_notebooks", lambda: ())

    assert rlsstudy("report", "--out", "report") == (0, "report/index.html\n", "")


def test_traceback_is_shown_when_asked_for(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["rlsstudy", "--traceback", "report", "nix.toml"])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    with pytest.raises(RLSStudyError):
        cli.main()


def test_fault_of_ours_is_told_without_its_text(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["rlsstudy", "check", "a.csv"])

    cli._report_fault(ValueError, ValueError("Jane Doe"), None)

    assert capsys.readouterr().err == (
        "Error: rlsstudy met a fault of its own (ValueError). To see where, run:\n"
        "  rlsstudy --traceback check a.csv\n"
    )


@pytest.mark.parametrize("command", ["report", "simulate", "check", "new", "lab"])
def test_every_command_explains_itself(command):
    result = RUNNER.invoke(cli.app, [command, "--help"])

    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: root {command}") or f" {command} " in result.output


@pytest.mark.slow
def test_help_does_not_load_what_it_does_not_need():
    code = (
        "import sys, rlsstudy.deliver.cli\n"
        "heavy = {'numpy', 'pandas', 'matplotlib', 'scipy', 'nbformat', 'jinja2'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert result.stdout == "[]\n"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_report_leaves_the_last_one(tmp_path, number, status):
    from rlsstudy.deliver.report import render_report

    out = tmp_path / "report"
    render_report(out=out, notebooks=[])
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    command = [sys.executable, "-m", "rlsstudy", "report", "--out", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(4)  # in the middle of a notebook; at any other moment the same must hold
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=60)

    assert (process.returncode, stdout) == (status, "")
    assert "Traceback" not in stderr
    assert stderr.endswith("Interrupted: the last report is unchanged.\n") is (number == signal.SIGINT)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
