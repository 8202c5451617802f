"""An effects frame read for showing: one record per factor contrast, with its adjustments together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rlsstudy.errors import EstimationError
from rlsstudy.present.numbers import shared_decimals, write_interval, write_number

if TYPE_CHECKING:
    import pandas as pd

ADJUSTMENTS = {"crude": "Crude", "age_sex": "Age and sex", "graph": "Adjusted (graph)"}
# Differences in points: a column has one number of decimals, so that it lines up and can be compared.
LEAST_DECIMALS, MOST_DECIMALS = 2, 3
_NEEDED = (
    "factor", "label", "domain", "contrast", "adjustment", "adjusted_for", "estimate",
    "conf_low", "conf_high", "p_value", "n_used", "n_dropped", "status", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Estimated:
    """One estimate: a row of the effects frame.

    ``decimals`` are those of all estimates shown together. ``truth``, its Monte-Carlo standard error
    and ``covered`` are absent unless the effects were scored.
    """

    adjustment: str
    adjusted_for: tuple[str, ...]
    estimate: float
    low: float
    high: float
    p_value: float
    n_used: int
    status: str
    note: str
    decimals: int
    truth: float | None = None
    truth_error: float | None = None
    covered: bool | None = None

    @property
    def refused(self) -> bool:
        """Whether there is no estimate."""
        return self.status == "refused"

    @property
    def excludes_zero(self) -> bool:
        """Whether zero lies outside the interval."""
        return not self.refused and (self.low > 0 or self.high < 0)

    @property
    def written(self) -> str:
        """The estimate with its interval, or why there is none."""
        if self.refused:
            return "not identified" if "not identified" in self.note else "not estimated"
        return write_interval(self.estimate, self.low, self.high, decimals=self.decimals)

    @property
    def written_truth(self) -> str:
        """The true effect, with the decimals of the estimates."""
        return write_number(self.truth, self.decimals)


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One contrast of a factor with its estimates by adjustment."""

    factor: str
    label: str
    domain: str
    contrast: str
    by_adjustment: Mapping[str, Estimated] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The factor with what is compared: ``Serum ferritin: 100 vs 50 µg/L``."""
        return f"{self.label}: {self.contrast}" if self.contrast else self.label

    @property
    def main(self) -> Estimated:
        """The estimate that counts: by the graph, else the last one there is."""
        return next(self.by_adjustment[name] for name in reversed(ADJUSTMENTS) if name in self.by_adjustment)

    @property
    def truth(self) -> float | None:
        """The true effect, where the effects were scored."""
        return self.main.truth


def read_effects(effects: pd.DataFrame) -> tuple[EffectRow, ...]:
    """Return one record per factor contrast, in the order of the frame.

    Parameters
    ----------
    effects : DataFrame
        As returned by ``estimate_effects`` or ``score_effects``.

    Raises
    ------
    EstimationError
        A column is missing, there is no row, or rows are of several models.
    """
    absent = [name for name in _NEEDED if name not in effects.columns]
    if absent:
        raise EstimationError(
            f"This is not an effects frame: no column {', '.join(map(repr, absent))}. "
            "Pass what estimate_effects or score_effects returned."
        )
    if effects.empty:
        raise EstimationError("The effects frame has no rows. Estimate at least one factor.")
    models = [str(name) for name in effects["model"].unique()] if "model" in effects else []
    if len(models) > 1:
        raise EstimationError(
            f"The effects frame has rows of several models: {', '.join(models)}. Choose one, as in "
            f"effects[effects['model'] == '{models[0]}'], or show them side by side with tabulate_models."
        )
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for record in effects.to_dict(orient="records"):
        key = (record["factor"], record["contrast"])
        found.setdefault(key, {})[record["adjustment"]] = record
    decimals = _decimals(record for records in found.values() for record in records.values())
    return tuple(_row(records, decimals) for records in found.values())


def by_domain(rows: Sequence[EffectRow]) -> Iterator[tuple[str, tuple[EffectRow, ...]]]:
    """Yield the rows of each domain, in the order in which domains first occur."""
    for domain in dict.fromkeys(row.domain for row in rows):
        yield domain, tuple(row for row in rows if row.domain == domain)


def is_scored(rows: Sequence[EffectRow]) -> bool:
    """Whether the truth is known for any of them."""
    return any(row.truth is not None for row in rows)


def is_synthetic(effects: pd.DataFrame, rows: Sequence[EffectRow]) -> bool:
    """Whether the data are simulated, as `estimate_effects` noted it; only for such a truth is known."""
    return bool(effects.attrs.get("synthetic", False)) or is_scored(rows)


def outcome_of(effects: pd.DataFrame) -> str:
    """Name the outcome with its unit, as `estimate_effects` noted it."""
    return str(effects.attrs.get("outcome_label", "the outcome, in its own unit"))


def _decimals(records: Iterable[Mapping[str, Any]]) -> int:
    limits = [(float(r["conf_low"]), float(r["conf_high"])) for r in records if r["status"] != "refused"]
    return shared_decimals(limits, least=LEAST_DECIMALS, most=MOST_DECIMALS)


def _row(records: Mapping[str, Mapping[str, Any]], decimals: int) -> EffectRow:
    first = next(iter(records.values()))
    return EffectRow(
        first["factor"],
        first["label"],
        str(first["domain"]),
        first["contrast"],
        {name: _estimated(records[name], decimals) for name in ADJUSTMENTS if name in records},
    )


def _estimated(record: Mapping[str, Any], decimals: int) -> Estimated:
    return Estimated(
        record["adjustment"],
        tuple(name for name in str(record["adjusted_for"]).split(", ") if name),
        float(record["estimate"]),
        float(record["conf_low"]),
        float(record["conf_high"]),
        float(record["p_value"]),
        int(record["n_used"]),
        str(record["status"]),
        str(record["note"]),
        decimals,
        *_score(record),
    )


def _score(record: Mapping[str, Any]) -> tuple[float | None, float | None, bool | None]:
    import pandas as pd

    truth, error, covered = (record.get(name) for name in ("truth", "truth_error", "covered"))
    if truth is None or pd.isna(truth):
        return None, None, None
    known = covered is not None and not pd.isna(covered) and record["status"] != "refused"
    return float(truth), None if error is None else float(error), bool(covered) if known else None
