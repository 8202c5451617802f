"""Set up, run, test and check rlsstudy from a checkout. Needs Python 3.11 to 3.14 with pip, nothing else.

python3 dev.py report [STUDY ...]  make the report and say where it is
python3 dev.py lab [DIR] [-- ...]   open the notebooks in JupyterLab (after --: its own options)
python3 dev.py test [--all] [...]  run the quick tests (--all: the slow ones too; the rest goes to pytest)
python3 dev.py check [--static]    say whether the tree is clean; changes nothing (--static: no tests)
python3 dev.py fix                 format, repair what the linter can, rebuild the notebooks
python3 dev.py setup [--pip]       only make the environment .venv (--pip: do not use uv)

Every command first makes .venv, or brings it up to date; when nothing changed this costs nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: two set-ups at once are then not kept apart
    fcntl = None

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "rlsstudy-setup-complete"
LOCK = ROOT / "requirements.lock.txt"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(BIN / ("python.exe" if os.name == "nt" else "python"))
UV = str(BIN / ("uv.exe" if os.name == "nt" else "uv"))
THIS_CHECKOUT = ["--no-deps", "--no-build-isolation", "-e", "."]
SUPPORTED = ((3, 11), (3, 14))
FREE_BYTES_NEEDED = 2_000_000_000  # 1.0 GB installed, the rest for downloads
# uv compiles nothing unless told, and every later start would pay for it; it also brings its own certificates.
UV_SETTINGS = {"UV_COMPILE_BYTECODE": "1", "UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1"}
CAUSES = (
    (
        ("no space left", "os error 28", "disk quota"),
        "The disk is full. Free 2 GB and run the command again.",
    ),
    (
        ("hash mismatch", "do not match the hashes"),
        "A downloaded file is not the one in requirements.lock.txt. Empty the pip cache (pip cache purge) and run "
        "the command again; if it stays, the package index in use is not to be trusted.",
    ),
    (
        ("newconnectionerror", "name resolution", "dns error", "unreachable", "timed out", "sending request"),
        "The package index cannot be reached. Connect to the network, or set pip's proxy or index, and run the "
        "command again.",
    ),
)


class SetupError(Exception):
    """What went wrong and what to do next, in a sentence for the person at the keyboard."""


def say(text: str, end: str = "\n") -> None:
    """Show progress, apart from any result on standard output."""
    print(text, end=end, file=sys.stderr, flush=True)


def explain(label: str, output: str) -> str:
    """Name the cause of a failed step in plain words, from what the tool printed."""
    for marks, sentence in CAUSES:
        if any(mark in output.lower() for mark in marks):
            return sentence
    return f"The step '{label}' failed, for the reason printed above. Mend it and run the command again."


def check_python(version: tuple[int, int], executable: str) -> None:
    """Refuse a Python that the locked packages do not support."""
    if not SUPPORTED[0] <= version <= SUPPORTED[1]:
        raise SetupError(
            f"rlsstudy needs Python 3.11 to 3.14, and {executable} is {version[0]}.{version[1]}. "
            "Run dev.py with one of those, for example: python3.11 dev.py setup"
        )


def check_disk(free: int) -> None:
    """Refuse to begin what cannot be finished."""
    if free < FREE_BYTES_NEEDED:
        raise SetupError(
            f"Set-up needs 2 GB of free disk, and {ROOT} has {free / 1e9:.1f} GB. Free some and try again."
        )


def wanted_state() -> str:
    """Say what the environment must have been made for: Python, place, and the bytes of its two inputs."""
    inputs = LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return f"{version}\n{ROOT}\n{hashlib.sha256(inputs).hexdigest()}\n"


def recorded_state() -> str:
    """Read what the last finished set-up recorded; nothing after an unfinished one."""
    return STAMP.read_text(encoding="utf-8") if STAMP.is_file() and Path(PYTHON).exists() else ""


def can_be_updated(recorded: str, wanted: str) -> bool:
    """Tell whether only the packages changed: another Python or another folder needs a new environment."""
    return recorded.splitlines()[:2] == wanted.splitlines()[:2]


def locked_block(lock: str, name: str) -> str:
    """Cut one package, pinned and with its hashes, out of the lock."""
    return re.search(rf"^{name}==.*\n(?: .*\n)*", lock, re.MULTILINE).group()


def run_step(label: str, command: list[str], lines_shown: int = 15) -> None:
    """Run one step, showing the seconds; show the end of its output only if it fails."""
    begin, terminal = time.monotonic(), sys.stderr.isatty()
    say(f"  {label} ...", end="")
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **UV_SETTINGS},
        )
        try:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=1)
                if terminal:
                    say(f"\r  {label} ... {time.monotonic() - begin:.0f} s", end="")
        finally:
            process.kill()
            process.wait()
        say(
            f"\r  {label} ... {time.monotonic() - begin:.1f} s"
            if terminal
            else f" {time.monotonic() - begin:.1f} s"
        )
        if process.returncode:
            output.seek(0)
            text = output.read().decode(errors="replace")
            say("\n".join("    " + line for line in text.splitlines()[-lines_shown:]))
            raise SetupError(explain(label, text))


def pip_command() -> list[str]:
    """Find a pip that can install into the environment: the machine's own, or the one bundled with Python."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    if importlib.util.find_spec("ensurepip"):
        run_step("unpacking pip", [PYTHON, "-m", "ensurepip"])
        return [PYTHON, "-m", "pip"]
    raise SetupError(
        f"{sys.executable} has no pip. Install it (Debian, Ubuntu: sudo apt install python3-pip) and run the command again."
    )


def fetch_installer(pip: list[str], name: str) -> None:
    """Put one locked package into the environment, to install the others with."""
    with tempfile.TemporaryDirectory() as folder:
        requirement = Path(folder, "requirement.txt")
        requirement.write_text(locked_block(LOCK.read_text(encoding="utf-8"), name), encoding="utf-8")
        run_step(
            f"fetching {name}", [*pip, "install", "--require-hashes", "--no-deps", "-r", str(requirement)]
        )


def install_with_uv(pip: list[str]) -> None:
    """Install the locked packages and the checkout, quickly."""
    fetch_installer(pip, "uv")
    run_step(
        "installing the locked packages",
        [UV, "pip", "sync", "--python", PYTHON, "--require-hashes", str(LOCK)],
    )
    run_step("installing rlsstudy", [UV, "pip", "install", "--python", PYTHON, *THIS_CHECKOUT])


def install_with_pip(pip: list[str]) -> None:
    """Install the same files, checked by the same hashes, by the locked pip."""
    fetch_installer(pip, "pip")
    new_pip = [PYTHON, "-m", "pip", "install"]
    run_step("installing the locked packages with pip", [*new_pip, "--require-hashes", "-r", str(LOCK)])
    run_step("installing rlsstudy", [*new_pip, *THIS_CHECKOUT])


def install(pip: list[str], use_uv: bool) -> None:
    """Install by uv if it can be had, by pip otherwise."""
    if use_uv:
        try:
            return install_with_uv(pip)
        except SetupError as error:
            say(f"  Not by uv: {error}\n  Going on with pip, which takes a minute or two.")
    return install_with_pip(pip)


def make_environment(use_uv: bool) -> None:
    """Make or update .venv, and record that it is complete as the very last thing."""
    recorded, wanted = recorded_state(), wanted_state()
    check_disk(shutil.disk_usage(ROOT).free)
    begin = time.monotonic()
    say("Setting up .venv (once; later runs start at once)")
    STAMP.unlink(missing_ok=True)
    if not can_be_updated(recorded, wanted):
        run_step(
            "making the environment", [sys.executable, "-m", "venv", "--without-pip", "--clear", str(VENV)]
        )
    install(pip_command(), use_uv)
    STAMP.write_text(wanted, encoding="utf-8")
    say(f"Ready after {time.monotonic() - begin:.0f} s")


def wait_for_turn(file: int) -> None:
    """Lock the file, after any other set-up; the system frees it, however this process ends."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Waiting for another set-up of this checkout to finish")
        fcntl.flock(file, fcntl.LOCK_EX)


def setup(use_uv: bool = True) -> None:
    """Bring .venv up to date if it is not; a second process waits for the first."""
    with Path(__file__).open("rb") as this_file:
        if fcntl:
            wait_for_turn(this_file.fileno())
        if recorded_state() != wanted_state():
            make_environment(use_uv)


def hand_over(command: list[str]) -> int:
    """Become the command, so that signals and the exit status are its own."""
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.call(command)


def run_checks(static_only: bool) -> int:
    """Run every check, also after one has failed; show what the failing ones say."""
    checks = {
        "format": ["-m", "ruff", "format", "--check", "."],
        "lint": ["-m", "ruff", "check", "."],
        "types": ["-m", "mypy", "--strict", "rlsstudy"],
        "layers": ["-c", "from importlinter.cli import lint_imports_command as run; run()"],
        "notebooks in sync": ["notebooks/build.py", "--check"],
    }
    failed = []
    for label, arguments in checks.items():
        try:
            run_step(label, [PYTHON, *arguments], lines_shown=500)
        except SetupError:
            failed.append(label)
    if not static_only and subprocess.call([PYTHON, "-m", "pytest", "-q"], cwd=ROOT):
        failed.append("quick tests")
    say(f"Not clean: {', '.join(failed)}" if failed else "Clean")
    return 1 if failed else 0


def run_tests(arguments: list[str]) -> int:
    """Hand over to pytest; `--all` lifts the choice of quick tests made in pyproject.toml."""
    everything = ["-m", ""] if "--all" in arguments else []
    os.chdir(ROOT)
    return hand_over([PYTHON, "-m", "pytest", *everything, *(a for a in arguments if a != "--all")])


def fix() -> int:
    """Format, repair and rebuild what can be without a decision."""
    run_step("notebooks", [PYTHON, "notebooks/build.py"])
    run_step("format", [PYTHON, "-m", "ruff", "format", "."])
    run_step("lint", [PYTHON, "-m", "ruff", "check", "--fix", "."])
    return 0


def run(command: str, arguments: list[str]) -> int:
    """Set up, then do what was asked."""
    check_python(sys.version_info[:2], sys.executable)
    setup(use_uv=(command, arguments) != ("setup", ["--pip"]))
    if command in ("report", "lab"):
        return hand_over([PYTHON, "-m", "rlsstudy", command, *arguments])
    if command == "test":
        return run_tests(arguments)
    if command == "check":
        return run_checks(static_only="--static" in arguments)
    return fix() if command == "fix" else 0


def main(arguments: list[str]) -> int:
    """Read the command, and turn every way to fail into one sentence and a status."""
    if not arguments or arguments[0] not in ("report", "lab", "test", "check", "fix", "setup"):
        say(__doc__)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    if hasattr(signal, "SIGTERM"):
        signal.signal(
            signal.SIGTERM, signal.default_int_handler
        )  # ended from outside: clean up as for Ctrl-C
    try:
        return run(arguments[0], arguments[1:])
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Run the same command to begin again; nothing half made is used.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
