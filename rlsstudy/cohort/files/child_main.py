"""The process in which foreign binary files are read: it answers questions until its standard input ends.

Started by :mod:`rlsstudy.cohort.files.child`; not meant to be run by hand.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import BinaryIO

from rlsstudy.cohort.files.child_message import READY, Answer, Question, read_question, write_answer
from rlsstudy.cohort.files.readers import read_here
from rlsstudy.errors import CohortError

SECONDS_LATER = 2.0  # than the one that asked would have ended this process


def main() -> None:
    """Answer questions about files, one line each, until there are no more."""
    out = _own_output()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interruption is the parent's business
    _leave_no_core()
    out.write(READY)
    out.flush()
    for line in sys.stdin.buffer:
        question = read_question(line)
        _limit(question)
        _answer(out, question)
        _set_alarm(0)


def _own_output() -> BinaryIO:
    """Take standard output for answers alone: what a library prints would break them."""
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return out


def _answer(out: BinaryIO, question: Question) -> None:
    try:
        write_answer(out, _read(question))
    # A fault in a library can be of any kind: calamine's is not even an Exception.
    except BaseException as error:
        write_answer(out, Answer(failure=_kind(error)))


def _read(question: Question) -> Answer:
    try:
        return Answer(read_here(question.path, question.options))
    except CohortError as error:
        return Answer(headline=str(error).partition("\n")[0], problems=error.problems)


def _kind(error: BaseException) -> str:
    """Return the name of an exception and never its message, which may show a value."""
    for known in (MemoryError, ImportError):
        if isinstance(error, known):
            return known.__name__
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _limit(question: Question) -> None:
    """Keep this process within the memory and the time of a file, where the system can."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        memory = question.memory if most == resource.RLIM_INFINITY else min(question.memory, most)
        resource.setrlimit(resource.RLIMIT_DATA, (memory, most))
    _set_alarm(question.seconds)


def _set_alarm(seconds: float) -> None:
    """End this process after a time even within a library, should the one that asked be gone; 0 for never."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds + SECONDS_LATER if seconds else 0)


def _leave_no_core() -> None:
    """Write no image of the memory when the process dies: it holds participants' values."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
