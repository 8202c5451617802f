"""Reading foreign binary files in a process of its own, which may die of them without harm.

Parsers of binary formats are written in C and other languages, and a damaged file can make them crash, hang or take all
memory. One process is started when the first such file is met, and kept for the next ones.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, BinaryIO, cast

from rlsstudy.cohort.files.child_message import (
    READY,
    Answer,
    BrokenMessageError,
    Question,
    read_answer,
    write_question,
)
from rlsstudy.cohort.files.raw_table import RawTable, refuse
from rlsstudy.declare.file_options import AS_IT_IS, FileOptions
from rlsstudy.errors import CohortError
from rlsstudy.problems import Problem

MEMORY = 2**30  # bytes that the process may take, itself included ...
MEMORY_PER_BYTE = (
    32  # ... and for each byte of the file: a compressed cell of one byte becomes a Python object
)
SECONDS = 8.0  # that reading may take ...
SECONDS_PER_MIB = 2.0  # ... and for each MiB of the file
SECONDS_TO_START = 120.0
LARGE_FILE = 2**28  # bytes; the process that has read one is ended, so that its memory is free again

# What the process needs of the environment: nothing else reaches it.
KEPT = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
SET = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others set aside 1 GiB of addresses at once
    "MALLOC_ARENA_MAX": "2",
}
# The path of modules is given as arguments, so that the same packages are found whatever the folder.
SMALLER = "Copy it again, should it be damaged; else export only the columns and participants of the study, or as CSV."
START = "import sys; sys.path[:] = sys.argv[1:]; from rlsstudy.cohort.files.child_main import main; main()"


class ChildReader:
    """The process that reads, and the pipes to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_new = True

    def read(self, path: Path, options: FileOptions) -> RawTable:
        """Read a file in the process, which is started where there is none.

        Parameters
        ----------
        path : Path
            The file.
        options : FileOptions
            How it is to be read.

        Returns
        -------
        RawTable
            What is in it.

        Raises
        ------
        CohortError
            What the reader found, or that it had to be stopped.
        """
        size = path.stat().st_size
        question = Question(
            path.absolute(),
            options,
            memory_limit(size),
            SECONDS + SECONDS_PER_MIB * size / 2**20,
        )
        with self._lock:
            try:
                answer = self._ask(question)
            except BaseException:  # an interruption too: half an answer may be in the pipe
                self._end()
                raise
            if size > LARGE_FILE:
                self._end()
        return _told(answer, path)

    def close(self) -> None:
        """End the process, even while another thread waits for its answer."""
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._end()

    def forget(self) -> None:
        """Leave the process to the one that this one is a copy of."""
        process = self._process
        self.__init__()  # type: ignore[misc]
        if process is not None:
            process.returncode = 0  # it is not ours to wait for
            _close_pipes(process)

    def _ask(self, question: Question) -> Answer:
        """Ask the process, and once more a new one if it dies and had met other files, which may have harmed it."""
        while True:
            process = self._running()
            is_new, self._is_new = self._is_new, False
            ended = threading.Event()
            timer = threading.Timer(question.seconds, _kill, (process, ended))
            timer.daemon = True
            timer.start()
            try:
                write_question(_pipe(process.stdin), question)
                return read_answer(_pipe(process.stdout))
            except (BrokenMessageError, OSError):
                death = _name_of_death(self._end())
                if ended.is_set():
                    return Answer(problems=(_too_slow(question),))
                if is_new:
                    return Answer(failure=death)
            finally:
                timer.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        """Return the process, which is started when there is none, or when it has died since."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        path = [str(Path(__file__).resolve().parents[3]), *filter(None, sys.path)]
        self._process = process = subprocess.Popen(
            [sys.executable, "-P", "-c", START, *path],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a library's message may show a value
            env={name: os.environ[name] for name in KEPT if name in os.environ} | SET,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._is_new = True
        timer = threading.Timer(SECONDS_TO_START, process.kill)
        timer.daemon = True
        timer.start()
        try:
            started = _pipe(process.stdout).read(1) == READY
        finally:
            timer.cancel()
        if not started:
            raise RuntimeError("The process that reads binary files could not be started.")
        return process

    def _end(self) -> int:
        """End the process, and return what it ended with."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill()
        _close_pipes(process)
        return process.wait()


def _kill(process: subprocess.Popen[bytes], ended: threading.Event) -> None:
    ended.set()
    process.kill()


def _pipe(pipe: IO[bytes] | None) -> BinaryIO:
    return cast("BinaryIO", pipe)


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        _pipe(pipe).close()


def _name_of_death(status: int) -> str:
    """Return the name of the signal that ended a process, or the status it ended with."""
    names = {int(own): own.name for own in signal.Signals}
    return names.get(-status, f"status {status}")


def _told(answer: Answer, path: Path) -> RawTable:
    """Return the table of an answer, or raise what it says instead."""
    if answer.table is not None:
        return answer.table
    if answer.problems:
        raise (
            CohortError(answer.headline, answer.problems)
            if answer.headline
            else refuse(path, *answer.problems)
        )
    if answer.failure == "ImportError":
        raise ImportError(f"A library that reads {path.suffix} files cannot be loaded.")
    if answer.failure == "MemoryError":
        raise refuse(path, _too_large(path))
    raise refuse(path, _damaged(path.name, answer.failure))


def memory_limit(size: int) -> int:
    """Return how many bytes the process may take for a file of this size in bytes."""
    return MEMORY + MEMORY_PER_BYTE * size


def _damaged(file: str, failure: str) -> Problem:
    return Problem(
        "E_DAMAGED",
        f"'{file}' is damaged; reading it was stopped ({failure})",
        hint="Copy it again from where it came, and compare the sizes. If another program opens it, report this message.",
        file=file,
    )


def _too_slow(question: Question) -> Problem:
    file = question.path.name
    return Problem(
        "E_LIMIT",
        f"'{file}' took too long; reading it was stopped",
        allowed=f"{question.seconds:.0f} seconds for a file of its size",
        hint=SMALLER,
        file=file,
    )


def _too_large(path: Path) -> Problem:
    return Problem(
        "E_LIMIT",
        f"'{path.name}' needs too much memory; reading it was stopped",
        allowed=f"{memory_limit(path.stat().st_size) >> 20:,} MiB for a file of its size",
        hint=SMALLER,
        file=path.name,
    )


_CHILD = ChildReader()
atexit.register(_CHILD.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_CHILD.forget)


def read_in_child(path: Path, options: FileOptions = AS_IT_IS) -> RawTable:
    """Read a data file in the process for foreign files.

    Parameters
    ----------
    path : Path
        The file, of any known format.
    options : FileOptions
        How it is to be read.

    Returns
    -------
    RawTable
        What is in it.

    Raises
    ------
    CohortError
        What the reader found, or that it had to be stopped: ``E_DAMAGED`` when the process died or the reader failed,
        ``E_LIMIT`` when it took too much time or memory.
    """
    return _CHILD.read(path, options)
