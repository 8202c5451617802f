"""Execute a notebook from the top, in a Python process of its own that has seen nothing before."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rlsstudy._resources import PACKAGE
from rlsstudy.errors import DeliveryError, RLSStudyError

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    from nbformat import NotebookNode

# What could make the same notebook give other bytes on the same machine: hash order, time zone, language,
# a screen, and sums that are split over as many threads as there are cores.
KERNEL_SETTINGS = {
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
# A warning of another library can quote a participant's value, and always quotes a path: its kind is shown alone.
QUIET_WARNINGS = (
    "import warnings; warnings.formatwarning = lambda message, category, *place, **line: "
    "f'{category.__name__}: {message}\\n' if category.__module__.startswith('rlsstudy') "
    "else f'{category.__name__} (run this cell in JupyterLab to read it)\\n'"
)
# Found last, so that it matters only where this package is run from a folder without being installed.
OWN_FOLDER = f"import sys; sys.path.append({str(PACKAGE.parent)!r})"
START = (QUIET_WARNINGS, OWN_FOLDER)
CELL_SECONDS = 900

Progress = Callable[[int, int], None]


def execute_notebook(
    notebook: NotebookNode,
    name: str,
    *,
    folder: Path,
    study: str = "default",
    cell_seconds: int = CELL_SECONDS,
    progress: Progress | None = None,
) -> NotebookNode:
    """Execute a notebook from the top and return it with its outputs.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook; it is left as it is.
    name : str
        How messages call it.
    folder : Path
        The working directory. A study file is named relative to it, so that no address of this
        machine enters the report.
    study : str
        Takes the place of the cell tagged ``parameters``: ``STUDY = "study.toml"``.
    cell_seconds : int
        How long one cell may take.
    progress : callable, optional
        Called with the number of cells done and the number of all cells.

    Returns
    -------
    NotebookNode
        A copy with outputs, without times.

    Raises
    ------
    DeliveryError
        A cell raised an error, took too long, or its Python process ended. Messages of other
        libraries are not repeated: they can quote a participant's value.
    """
    executed = with_parameters(notebook, {"STUDY": study})
    for number in _execute_cells(executed, name, folder, cell_seconds):
        if progress is not None:
            progress(number, len(executed.cells))
    return executed


def with_parameters(notebook: NotebookNode, values: dict[str, str]) -> NotebookNode:
    """Return a copy of a notebook whose cells tagged ``parameters`` set these values."""
    changed = copy.deepcopy(notebook)
    for cell in changed.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    return changed


def _execute_cells(notebook: NotebookNode, name: str, folder: Path, cell_seconds: int) -> Iterator[int]:
    """Execute one cell after the other, yielding how many are done, from 0."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    number = 0
    yield number
    try:
        with _kernel(notebook, folder, cell_seconds) as client:
            for index, cell in enumerate(notebook.cells):
                number = index + 1
                client.execute_cell(cell, index)
                yield number
    except CellExecutionError as error:
        raise DeliveryError(_cell_error(error, name, number)) from None
    except CellTimeoutError:
        raise DeliveryError(
            f"The notebook '{name}' was stopped at cell {number}, which took longer than {cell_seconds} seconds."
        ) from None
    except DeadKernelError:
        raise DeliveryError(
            f"The notebook '{name}' stopped at cell {number}: its Python process ended, perhaps for want of memory."
        ) from None


@contextmanager
def _kernel(notebook: NotebookNode, folder: Path, cell_seconds: int) -> Iterator[NotebookClient]:
    """Start a Python process for a notebook, and end it whatever happens."""
    with warnings.catch_warnings():
        # On import; on Python 3.14 jupyter_client still asks for names that asyncio has deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        from nbclient import NotebookClient
    with tempfile.TemporaryDirectory(prefix="rlsstudy-kernel-") as scratch:
        manager = _kernel_manager(Path(scratch))
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=cell_seconds,
            record_timing=False,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(folder)}},
            # Neither the study's folder nor the user's IPython profile has a say in what is executed.
            extra_arguments=[
                "--IPKernelApp.ignore_cwd=True",
                *map("--IPKernelApp.exec_lines={}".format, START),
            ],
        )
        client.log.setLevel("CRITICAL")  # what goes wrong is raised, and told once
        environment = {**os.environ, **KERNEL_SETTINGS, "IPYTHONDIR": scratch}
        try:
            with client.setup_kernel(env=environment, cleanup_kc=True, stderr=subprocess.DEVNULL):
                yield client
        finally:
            _end(manager)  # also a process that was interrupted while it started, before its folder goes


def _end(manager: AsyncKernelManager) -> None:
    """Kill the Python process of a notebook if it is still there, and wait until it is gone."""
    from jupyter_core.utils import run_sync

    if manager.has_kernel:
        run_sync(manager.shutdown_kernel)(now=True)


def _kernel_manager(scratch: Path) -> AsyncKernelManager:
    """Make a manager that runs the Python which runs this, whatever kernels are installed, over an encrypted line."""
    import zmq
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002  # there is one kernel
            return KernelSpec(**get_kernel_dict())

    return AsyncKernelManager(
        kernel_name=Path(sys.executable).name,
        kernel_spec_manager=ThisPython(),
        connection_file=str(scratch / "kernel.json"),
        transport_encryption="auto" if zmq.has("curve") else "disabled",
    )


def _cell_error(error: CellExecutionError, name: str, number: int) -> str:
    """Say which cell stopped and why: our own errors in full, others by their kind."""
    where = f"The notebook '{name}' stopped at cell {number} with {error.ename}"
    if error.ename in _own_errors(RLSStudyError):
        return f"{where}:\n{error.evalue}"
    return f"{where}. To see more, open it with 'rlsstudy lab' and run it up to that cell."


def _own_errors(root: type[RLSStudyError]) -> set[str]:
    """Collect the names of our own errors."""
    return {root.__name__}.union(*map(_own_errors, root.__subclasses__()))
