"""Simulate a cohort whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rlsstudy.cohort.assemble import reason_names, typed_frame
from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.cohort import Cohort, LedgerEntry, Origin
from rlsstudy.cohort.draw import draw_blocks
from rlsstudy.cohort.observe import observe_block, reasons_frame
from rlsstudy.declare.study import Study, SyntheticData
from rlsstudy.declare.study_file import default_study
from rlsstudy.errors import DeclarationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.causal_model import CausalModel

MOST_PARTICIPANTS = 10_000_000


@dataclass(frozen=True)
class ObservedBlock:
    """What is seen of the participants of one block.

    Parameters
    ----------
    n : int
        Participants.
    candidates : int
        Candidates drawn up to and with the last of them.
    values : dict of str to ndarray, shape (n,)
        Observed values of the measured variables.
    reasons : dict of str to ndarray, shape (n,)
        Codes of the reasons for gaps.
    """

    n: int
    candidates: int
    values: dict[str, NDArray[np.float64]]
    reasons: dict[str, NDArray[np.int8]]


def simulate_cohort(
    *,
    n: int | None = None,
    seed: int | None = None,
    design: str | None = None,
    scenario: str | None = None,
    do: Mapping[str, float | str] | None = None,
    study: Study | None = None,
) -> Cohort:
    """Simulate a cohort from the declaration.

    Parameters
    ----------
    n : int, optional
        Number of participants, 1 to ten million; by default the study's (600).
    seed : int, optional
        Any whole number from 0. The first participants of a longer cohort are those of a shorter.
    design : str, optional
        One of the model's designs, such as ``"sleep_clinic"`` (people with RLS seen in a clinic) or
        ``"population"``.
    scenario : str, optional
        ``"default"`` or one of the model's scenarios.
    do : mapping of str to float or str, optional
        Values to which variables are set for everybody, whatever their causes.
    study : Study, optional
        The study to simulate for; by default the packaged one.

    Returns
    -------
    Cohort
        Synthetic participants with the declared missing values, their reasons and the ledger.

    Raises
    ------
    DeclarationError
        An unknown design, scenario or variable, a value that is not plausible, an ``n`` or a seed
        out of range, or a study whose model describes real data only.

    Notes
    -----
    Every draw has the address (seed, variable, participant), see :mod:`rlsstudy.cohort.streams`.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> short = rls.simulate_cohort(n=50, seed=7, design="population")
    >>> long = rls.simulate_cohort(n=500, seed=7, design="population")
    >>> short.data.equals(long.data.head(50))
    True
    """
    study = default_study() if study is None else study
    asked = asked_data(study, n=n, seed=seed, design=design, scenario=scenario)
    model = study.model.in_setting(asked.design, asked.scenario)
    ready = calibrated(model).do(**do) if do else calibrated(model)
    values, reasons, candidates = _draw_participants(ready, asked)
    index = pd.RangeIndex(1, asked.n + 1, name="participant")
    data = typed_frame(ready, values, index)
    return Cohort(
        data=data,
        reasons=reasons_frame(data.columns, reasons, reason_names(ready), index),
        # Under an intervention the cohort's graph and truth are those of the changed model.
        study=replace(study, model=ready if do else model, data=asked),
        ledger=_ledger(model, asked, candidates),
        origin=_origin(model, asked, do or {}),
    )


def asked_data(
    study: Study, *, n: int | None, seed: int | None, design: str | None, scenario: str | None
) -> SyntheticData:
    """Return what is to be simulated: what is given, and the study's own for the rest."""
    base = study.data if isinstance(study.data, SyntheticData) else SyntheticData()
    return _checked(
        SyntheticData(
            design=base.design if design is None else design,
            scenario=base.scenario if scenario is None else scenario,
            n=base.n if n is None else n,
            seed=base.seed if seed is None else seed,
        )
    )


def _checked(asked: SyntheticData) -> SyntheticData:
    problems = [
        f"'{name}' is a whole number, not {value!r}."
        for name, value in (("n", asked.n), ("seed", asked.seed))
        if isinstance(value, bool) or not isinstance(value, int | np.integer)
    ]
    if not problems and not 1 <= asked.n <= MOST_PARTICIPANTS:
        problems.append(f"A cohort has 1 to {MOST_PARTICIPANTS:,} participants, not {asked.n:,}.")
    if not problems and asked.seed < 0:
        problems.append(f"A seed is a whole number from 0, not {asked.seed}.")
    if problems:
        raise DeclarationError(" ".join(problems), problems)
    return asked


def observed_blocks(model: CausalModel, asked: SyntheticData) -> Iterator[ObservedBlock]:
    """Draw and observe blocks until there are as many participants as are asked for.

    Parameters
    ----------
    model : CausalModel
        A calibrated model.
    asked : SyntheticData
        Design, size and seed.

    Yields
    ------
    ObservedBlock
        The next participants; together they are exactly ``asked.n``.
    """
    names = [variable.name for variable in model.variables]
    for block in draw_blocks(model, model.design(asked.design), asked.seed, names, asked.n):
        values, reasons = observe_block(model, block)
        yield ObservedBlock(len(block.kept), block.start + int(block.kept[-1]) + 1, values, reasons)


def _draw_participants(
    model: CausalModel, asked: SyntheticData
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.int8]], int]:
    """Draw all participants; also count the candidates."""
    blocks = list(observed_blocks(model, asked))
    values = _joined([block.values for block in blocks])
    return values, _joined([block.reasons for block in blocks]), blocks[-1].candidates


def _joined(parts: Sequence[dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    """Put blocks one after another; each block's column is let go once it is copied."""
    return {name: np.concatenate([part.pop(name) for part in parts]) for name in [*parts[0]]}


def _ledger(model: CausalModel, asked: SyntheticData, candidates: int) -> tuple[LedgerEntry, ...]:
    design = model.design(asked.design)
    start = LedgerEntry("simulated", "drawn from the declared population", candidates, candidates)
    if design.admission is None:
        return (start,)
    return (start, LedgerEntry("design", f"{design.admission.label}: yes", candidates, asked.n))


def origin_of(asked: SyntheticData, study: Study | None = None) -> Origin:
    """Return the origin of a cohort that is simulated without interventions."""
    study = default_study() if study is None else study
    return _origin(study.model.in_setting(asked.design, asked.scenario), asked, {})


def _origin(model: CausalModel, asked: SyntheticData, do: Mapping[str, float | str]) -> Origin:
    facts = {
        "model": model.name,
        "declaration (sha256)": model.digest,
        "design": asked.design,
        "scenario": asked.scenario,
        "participants": str(asked.n),
        "seed": str(asked.seed),
    }
    if do:
        facts["set for everybody"] = ", ".join(f"{name} = {value}" for name, value in do.items())
    label = model.design(asked.design).label.lower()
    return Origin(f"Synthetic data: {asked.n:,} participants of a simulated {label}.", True, facts)
