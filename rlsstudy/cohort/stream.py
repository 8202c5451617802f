"""Simulate more participants than fit into memory: block after block into a Parquet file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.cohort.assemble import reason_names
from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.cohort import NOT_RECORDED
from rlsstudy.cohort.files.raw_table import REASON_SUFFIX
from rlsstudy.cohort.simulate import ObservedBlock, asked_data, observed_blocks
from rlsstudy.cohort.write.cohort_file import write_atomically
from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.data_files import SYNTHETIC_KEY
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.study import Study
from rlsstudy.declare.study_file import default_study
from rlsstudy.declare.variable import Variable
from rlsstudy.errors import CohortError

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Progress = Callable[[int, int], None]


def stream_cohort(
    path: str | Path,
    *,
    n: int,
    seed: int | None = None,
    design: str | None = None,
    scenario: str | None = None,
    study: Study | None = None,
    progress: Progress | None = None,
) -> Path:
    """Simulate a cohort into a Parquet file in constant memory.

    Parameters
    ----------
    path : str or Path
        A ``.parquet`` file; it is there when it is complete, and not before. An interruption leaves nothing.
    n : int
        Number of participants, 1 to ten million.
    seed, design, scenario, study
        As for `simulate_cohort`.
    progress : callable, optional
        Called after each block with the participants written and those asked for.

    Returns
    -------
    Path
        The file: what `simulate_cohort` gives for the same arguments, with levels as dictionaries, a column
        ``<variable>__reason`` for every variable that can have gaps, and the key column
        ``synthetic_participant``.

    Raises
    ------
    DeclarationError
        As `simulate_cohort`.
    CohortError
        The ending is not ``.parquet``.

    Examples
    --------
    >>> import rlsstudy as rls, tempfile
    >>> from rlsstudy.cohort.stream import stream_cohort
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = stream_cohort(f"{folder}/large.parquet", n=500, seed=1, design="population")
    ...     rls.load_cohort(path).n
    500
    """
    import pyarrow.parquet as pq

    path = Path(path)
    if path.suffix.lower() != ".parquet":
        raise CohortError(f"'{path.name}' cannot be streamed to: its name must end in .parquet.")
    study = default_study() if study is None else study
    asked = asked_data(study, n=n, seed=seed, design=design, scenario=scenario)
    model = calibrated(study.model.in_setting(asked.design, asked.scenario))

    def write(unfinished: Path) -> None:
        schema = _schema(model)
        levelled = [field.name for field in schema if not _is_number(field.type)]
        written = 0
        options = {"compression": "lz4", "use_dictionary": levelled, "write_statistics": False}
        with pq.ParquetWriter(unfinished, schema, **options) as writer:
            for block in observed_blocks(model, asked):
                writer.write_batch(_batch(model, block, schema, first=written + 1))
                written += block.n
                if progress is not None:
                    progress(written, asked.n)

    write_atomically(path, write)
    return path


def _schema(model: CausalModel) -> pa.Schema:
    import pyarrow as pa

    fields = [pa.field(SYNTHETIC_KEY, pa.int64())]
    for variable in model.measured:
        fields.append(pa.field(variable.name, _type(variable)))
        if variable.can_have_gaps:
            fields.append(pa.field(f"{variable.name}{REASON_SUFFIX}", _words()))
    return pa.schema(fields)


def _type(variable: Variable) -> pa.DataType:
    import pyarrow as pa

    if variable.has_levels:
        return _words()
    return pa.int32() if variable.kind is Kind.INTEGER else pa.float64()


def _words() -> pa.DataType:
    import pyarrow as pa

    return pa.dictionary(pa.int8(), pa.string())


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def _batch(model: CausalModel, block: ObservedBlock, schema: pa.Schema, *, first: int) -> pa.RecordBatch:
    import pyarrow as pa

    names = tuple("" if name == NOT_RECORDED else name for name in reason_names(model))
    arrays = [pa.array(np.arange(first, first + block.n))]
    for variable in model.measured:
        arrays.append(_array(variable, block.values[variable.name]))
        if variable.can_have_gaps:
            arrays.append(_coded(block.reasons[variable.name], names))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(variable: Variable, values: NDArray[np.float64]) -> pa.Array:
    import pyarrow as pa

    gaps = np.isnan(values)
    if variable.has_levels:
        return _coded(np.where(gaps, -1, values).astype(np.int8), variable.levels)
    if variable.kind is Kind.INTEGER:
        return pa.array(np.where(gaps, 0, values).astype(np.int32), mask=gaps)
    return pa.array(values, mask=gaps)


def _coded(codes: NDArray[np.int8], words: tuple[str, ...]) -> pa.Array:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(list(words)))
