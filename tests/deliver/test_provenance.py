"""What a report was made from, without a clock and without an address."""

import subprocess
from hashlib import sha256
from pathlib import Path

import rlsstudy as rls
from rlsstudy.deliver import provenance
from rlsstudy.deliver.provenance import LIBRARIES, Provenance, tabulate_provenance, trace_study
from rlsstudy.problems import Problem, Severity


def group(found: Provenance, name: str) -> dict[str, str]:
    return found.as_record()[name]


def test_synthetic_study_is_traced_to_its_declaration_and_seed():
    study = rls.load_study()

    assert group(trace_study(study, None), "Data") == {
        "origin": "Synthetic data",
        "model": "Restless legs syndrome",
        "declaration (sha256)": study.model.in_setting("sleep_clinic", "default").digest,
        "design": "sleep_clinic",
        "scenario": "default",
        "participants": "600",
        "seed": "2026",
    }


def test_data_files_are_traced_by_name_and_checksum(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"id,bmi\n1,25\n")
    file = tmp_path / "study.toml"
    file.write_text('[study]\ntitle = "T"\ndata = "a.csv"\nkey = "id"\nfactors = ["bmi"]\n', encoding="utf-8")

    found = trace_study(rls.load_study(file), file)

    assert group(found, "Data") == {"key": "id", "a.csv (sha256)": sha256(b"id,bmi\n1,25\n").hexdigest()}
    assert group(found, "Study") == {
        "title": "T",
        "file": "study.toml",
        "sha256": sha256(file.read_bytes()).hexdigest(),
    }


def test_notes_of_the_reader_are_numbered_and_told():
    notes = (Problem("W_A", "One thing", Severity.WARN), Problem("N_B", "Another", Severity.NOTE, line=3))

    found = trace_study(rls.load_study(), None, notes)

    assert [name for name, _ in found.groups] == ["Study", "Data", "Notes of the reader", "Software"]
    assert group(found, "Notes of the reader") == {
        "warning 1": "One thing.",
        "note 2": "Another (first in line 3).",
    }


def test_libraries_are_those_that_the_package_imports():
    package = Path(rls.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))

    assert [
        name for name in LIBRARIES if f"import {name}" not in source and f"from {name}" not in source
    ] == []


def test_table_of_a_cohort_has_study_data_and_software():
    cohort = rls.simulate_cohort(n=20, seed=7, design="population")

    table = tabulate_provenance(cohort)

    assert [row.cells[0] for row in table.rows if row.kind == "group"] == ["Study", "Data", "Software"]
    assert ("seed", "7") in [row.cells for row in table.rows]
    assert ("origin", cohort.origin.description) in [row.cells for row in table.rows]


def test_installed_package_has_no_commit(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "PACKAGE", tmp_path / "rlsstudy")

    assert "commit" not in dict(provenance.software())


def test_uncommitted_changes_are_told(tmp_path, monkeypatch):
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, capture_output=True, check=True)

    monkeypatch.setattr(provenance, "PACKAGE", tmp_path / "rlsstudy")
    git("init")
    Path(tmp_path / "a").write_text("1", encoding="utf-8")
    git("add", "a")
    git("commit", "-m", "A")
    clean = dict(provenance.software())["commit"]
    Path(tmp_path / "a").write_text("2", encoding="utf-8")

    assert len(clean) == 12
    assert dict(provenance.software())["commit"] == f"{clean}, with uncommitted changes"
