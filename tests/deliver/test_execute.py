"""A notebook runs by itself from the top, and what stops it is said without a participant's value."""

import os

import nbformat
import pytest

from rlsstudy.deliver.execute import execute_notebook, with_parameters
from rlsstudy.errors import DeliveryError

pytestmark = pytest.mark.slow  # each test starts a Python process with a kernel


def execute(path, folder, **options):
    return execute_notebook(nbformat.read(path, as_version=4), path.stem, folder=folder, **options)


def text(notebook, number):
    return "".join(output.get("text", "") for output in notebook.cells[number].outputs)


def test_notebook_is_executed_in_its_folder_with_its_study(write_notebook, tmp_path):
    path = write_notebook(
        "STUDY = 'default'",
        "import os; print(STUDY, os.path.basename(os.getcwd()), os.environ['TZ'], os.environ['PYTHONHASHSEED'])",
        "import rlsstudy",
        tags={0: ["parameters"]},
    )
    seen = []
    executed = execute(
        path, tmp_path, study="study.toml", progress=lambda done, cells: seen.append((done, cells))
    )

    assert text(executed, 1) == f"study.toml {tmp_path.name} UTC 0\n"
    assert executed.cells[0].source == "STUDY = 'study.toml'"
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert all("execution" not in cell.metadata for cell in executed.cells)


def test_files_beside_the_study_are_not_imported(write_notebook, tmp_path):
    (tmp_path / "colorsys.py").write_text("raise SystemExit", encoding="utf-8")

    path = write_notebook("import colorsys; print(hasattr(colorsys, 'rgb_to_hls'))")

    assert text(execute(path, tmp_path), 0) == "True\n"


def test_warnings_of_others_are_shown_by_their_kind_alone(write_notebook, tmp_path):
    path = write_notebook("import warnings\nwarnings.warn('Jane Doe', RuntimeWarning)")

    assert text(execute(path, tmp_path), 0) == "RuntimeWarning (run this cell in JupyterLab to read it)\n"


def test_own_error_is_told_in_full(write_notebook, tmp_path):
    path = write_notebook(
        "# Title",
        "from rlsstudy.errors import CohortError\nraise CohortError('Two problems:\\n  - a\\n  - b')",
    )

    with pytest.raises(DeliveryError) as caught:
        execute(path, tmp_path)

    assert str(caught.value) == (
        "The notebook '00_tiny' stopped at cell 2 with CohortError:\nTwo problems:\n  - a\n  - b"
    )


def test_error_of_others_is_told_by_its_kind_alone(write_notebook, tmp_path):
    with pytest.raises(DeliveryError) as caught:
        execute(write_notebook("1", "float('Jane Doe')"), tmp_path)

    assert str(caught.value) == (
        "The notebook '00_tiny' stopped at cell 2 with ValueError. "
        "To see more, open it with 'rlsstudy lab' and run it up to that cell."
    )
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_cell_that_takes_too_long_is_stopped(write_notebook, tmp_path):
    with pytest.raises(DeliveryError) as caught:
        execute(write_notebook("import time; time.sleep(60)"), tmp_path, cell_seconds=1)

    assert str(caught.value) == (
        "The notebook '00_tiny' was stopped at cell 1, which took longer than 1 seconds."
    )


def test_process_that_ends_is_noticed(write_notebook, tmp_path):
    with pytest.raises(DeliveryError) as caught:
        execute(write_notebook("import os; os._exit(1)"), tmp_path)

    assert str(caught.value) == (
        "The notebook '00_tiny' stopped at cell 1: its Python process ended, perhaps for want of memory."
    )


def test_kernel_is_gone_after_an_interrupt(write_notebook, tmp_path):
    def stop(done, cells):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute(
            write_notebook("import os; open('pid', 'w').write(str(os.getpid()))", "2"),
            tmp_path,
            progress=stop,
        )

    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text(encoding="utf-8")), 0)


def test_process_is_gone_after_an_interrupt_while_it_starts(write_notebook, tmp_path, monkeypatch):
    from nbclient import NotebookClient

    started = []

    def interrupted(client, **_):
        started.append(client.km.provisioner.process)
        raise KeyboardInterrupt

    monkeypatch.setattr(NotebookClient, "start_new_kernel_client", interrupted)
    scratch = tmp_path / "temporary"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))

    with pytest.raises(KeyboardInterrupt):
        execute(write_notebook("1"), tmp_path)

    assert started[0].returncode is not None
    assert list(scratch.iterdir()) == []


def test_notebook_itself_is_left_as_it_is():
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("STUDY = 'default'", metadata={"tags": ["parameters"]})]
    )

    assert with_parameters(notebook, {"STUDY": 'a"b'}).cells[0].source == "STUDY = 'a\"b'"
    assert notebook.cells[0].source == "STUDY = 'default'"
