"""Whatever happens to the process that reads foreign files, the one that asked lives and says what it was."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rlsstudy.cohort.files import child
from rlsstudy.cohort.files.child import ChildReader, read_in_child
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.errors import CohortError

ENOUGH = 30  # seconds until something must have happened on a busy machine
NEEDS_SIGNALS = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals there")
NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux about processes")


@pytest.fixture
def reader():
    reader = ChildReader()
    yield reader
    reader.close()


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "cohort.parquet"
    pq.write_table(pa.table({"id": ["a", "b"], "x": [1.5, None]}), path)
    return path


def large(folder, n_rows=2_000_000, n_columns=30):
    path = folder / "large.parquet"
    numbers = pa.array(np.zeros(n_rows))
    pq.write_table(pa.table({f"x{place}": numbers for place in range(n_columns)}), path)
    return path


def refusal(reader, path, options=AS_IT_IS):
    with pytest.raises(CohortError) as caught:
        reader.read(path, options)
    return str(caught.value)


def is_right(table):
    return table.file == "cohort.parquet" and list(table.columns["id"].cells) == ["a", "b"]


def process_of(reader):
    return reader._process


def is_gone(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_file_is_read_in_another_process_that_is_kept(path):
    assert is_right(read_in_child(path))
    first = process_of(child._CHILD).pid

    assert is_right(read_in_child(path))
    assert process_of(child._CHILD).pid == first != os.getpid()


def test_refusals_come_back_with_the_same_text(path):
    path.write_bytes(path.read_bytes()[:-20])

    assert refusal(child._CHILD, path) == (
        "'cohort.parquet' cannot be read:\n  - 'cohort.parquet' is damaged, or is not a Parquet file."
        " Copy it again from where it came, and compare the sizes."
    )


def test_options_are_passed_on(path):
    assert "'cohort.parquet' has 2 columns. Allowed: at most 1 columns." in refusal(
        child._CHILD, path, FileOptions(max_columns=1)
    )


def test_file_is_found_after_a_change_of_folder(path, monkeypatch):
    read_in_child(path)
    monkeypatch.chdir(path.parent)

    assert is_right(read_in_child(Path("cohort.parquet")))


@pytest.mark.slow
def test_file_that_takes_too_long_is_refused(path, reader, monkeypatch):
    reader.read(path, AS_IT_IS)
    monkeypatch.setattr(child, "SECONDS", 1e-6)

    assert refusal(reader, path) == (
        "'cohort.parquet' cannot be read:\n  - 'cohort.parquet' took too long; reading it was stopped."
        " Allowed: 0 seconds for a file of its size."
        " Copy it again, should it be damaged; else export only the columns and participants of the study, or as CSV."
    )
    monkeypatch.undo()
    assert is_right(reader.read(path, AS_IT_IS))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only there is the memory of a process limited")
def test_file_that_takes_too_much_memory_is_refused(path, tmp_path, reader, monkeypatch):
    monkeypatch.setattr(child, "MEMORY", 2**29)
    monkeypatch.setattr(child, "MEMORY_PER_BYTE", 0)

    assert refusal(reader, large(tmp_path)) == (
        "'large.parquet' cannot be read:\n  - 'large.parquet' needs too much memory; reading it was stopped."
        " Allowed: 512 MiB for a file of its size."
        " Copy it again, should it be damaged; else export only the columns and participants of the study, or as CSV."
    )
    assert is_right(reader.read(path, AS_IT_IS))


def read_while_stopped(reader, path, found):
    """Stop the process, ask it for a file, and kill it while the one that asks waits."""
    process = reader._running()
    os.kill(process.pid, signal.SIGSTOP)

    def ask():
        try:
            found.append(reader.read(path, AS_IT_IS))
        except CohortError as error:
            found.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.2)
    os.kill(process.pid, signal.SIGKILL)
    asking.join(ENOUGH)


@pytest.mark.slow
@NEEDS_SIGNALS
def test_file_of_which_a_new_process_dies_is_damaged(path, reader):
    found = []
    read_while_stopped(reader, path, found)

    assert found == [
        "'cohort.parquet' cannot be read:\n  - 'cohort.parquet' is damaged; reading it was stopped (SIGKILL)."
        " Copy it again from where it came, and compare the sizes."
        " If another program opens it, report this message."
    ]
    assert is_right(reader.read(path, AS_IT_IS))


@pytest.mark.slow
@NEEDS_SIGNALS
def test_file_is_tried_again_when_another_may_have_harmed_the_process(path, reader):
    found = []
    reader.read(path, AS_IT_IS)
    read_while_stopped(reader, path, found)

    assert is_right(found[0])


@pytest.mark.slow
@NEEDS_SIGNALS
def test_process_that_died_in_between_is_replaced(path, reader):
    reader.read(path, AS_IT_IS)
    first = process_of(reader)
    os.kill(first.pid, signal.SIGKILL)

    assert is_right(reader.read(path, AS_IT_IS))
    assert process_of(reader).pid != first.pid
    assert first.returncode == -signal.SIGKILL


@pytest.mark.slow
def test_interruption_ends_the_process_and_leaves_nothing_half_read(path, reader, monkeypatch):
    def interrupt(stream):
        raise KeyboardInterrupt

    reader.read(path, AS_IT_IS)
    process = process_of(reader)
    monkeypatch.setattr(child, "read_answer", interrupt)
    with pytest.raises(KeyboardInterrupt):
        reader.read(path, AS_IT_IS)

    assert process.poll() is not None
    monkeypatch.undo()
    assert is_right(reader.read(path, AS_IT_IS))


@pytest.mark.slow
def test_process_is_ended_after_a_large_file(path, reader, monkeypatch):
    monkeypatch.setattr(child, "LARGE_FILE", 1)

    assert is_right(reader.read(path, AS_IT_IS))
    assert process_of(reader) is None


@pytest.mark.slow
def test_several_threads_get_each_their_own_file(path, tmp_path):
    names = [f"c{number}.parquet" for number in range(8)]
    for name in names:
        pq.write_table(pa.table({name: [1]}), tmp_path / name)
    found = {}
    threads = [
        threading.Thread(target=lambda own: found.update({own: read_in_child(tmp_path / own)}), args=(name,))
        for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(ENOUGH)

    assert {name: list(table.columns) for name, table in found.items()} == {name: [name] for name in names}


def run(code, *arguments, cwd=None):
    command = [sys.executable, "-W", "error", "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=ENOUGH, check=False, cwd=cwd)


READ = """
import os, sys
from pathlib import Path
from rlsstudy.cohort.files import child
from rlsstudy.cohort.files.readers import read_table
def read(): return list(read_table(Path(sys.argv[1])).columns["id"].cells) == ["a", "b"]
def pid(): return child._CHILD._process.pid
"""


@pytest.mark.slow
@NEEDS_PROC
@pytest.mark.parametrize("end", ["", "os.kill(os.getpid(), 9)"])
def test_process_ends_with_the_one_that_asked(path, end):
    done = run(f"{READ}\nassert read()\nprint(pid(), flush=True)\n{end}", path)

    number = int(done.stdout)
    for _ in range(10 * ENOUGH):
        if is_gone(number):
            break
        time.sleep(0.1)
    assert is_gone(number)
    assert done.stderr == ""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not copied there")
def test_copy_of_a_process_has_a_reader_of_its_own(path):
    code = """
assert read()
before = pid()
copy = os.fork()
if copy == 0:
    assert read() and pid() != before
    sys.exit(0)
assert os.waitpid(copy, 0)[1] == 0
assert read() and pid() == before
"""
    done = run(READ + code, path)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_modules_in_the_folder_of_the_data_are_not_run(path):
    for name in ("json.py", "pyarrow.py", "numpy.py"):
        (path.parent / name).write_text("raise SystemExit('a module of the data folder was run')")
    code = f"import sys; sys.path.remove('')\n{READ}\nassert read()"
    done = run(code, path, cwd=path.parent)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_process_that_cannot_be_started_is_a_fault_and_not_damage(path, reader, monkeypatch):
    monkeypatch.setattr(child, "START", "pass")

    with pytest.raises(RuntimeError, match=r"^The process that reads binary files could not be started\.$"):
        reader.read(path, AS_IT_IS)
    assert process_of(reader) is None


@pytest.mark.slow
def test_nothing_of_the_environment_and_no_message_of_a_library_leaves_the_process(path, monkeypatch):
    monkeypatch.setenv("SOME_PASSWORD", "secret")
    reader = ChildReader()
    process = reader._running()

    assert process.stderr is None
    if Path("/proc/self/environ").exists():
        assert b"secret" not in Path(f"/proc/{process.pid}/environ").read_bytes()
    reader.close()
