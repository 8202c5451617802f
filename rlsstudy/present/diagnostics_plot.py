"""A model's diagnosis in three to six small pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlsstudy.errors import EstimationError
from rlsstudy.present import canvas
from rlsstudy.present.diagnostics_panels import PANELS
from rlsstudy.present.diagnostics_words import (
    describe_alt,
    describe_caption,
    describe_verdicts,
)
from rlsstudy.present.elements import Figure

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd

    from rlsstudy.estimate.diagnose.diagnosis import Diagnosis

_COLUMNS = 2
_ROW = 2.45  # inches
_LEFT, _GAP, _RIGHT = 0.68, 0.74, 0.08
_ABOVE, _BELOW = 0.42, 0.48
_MOST = 6
_TICKS, _STEPS = 6, (1, 2, 5, 10)
_ALONG_NUMBERS = ("residuals", "scale", "quantiles", "random_effects", "influence", "calibration")
# Where the scatter of residuals follows from the model, its width says nothing.
_WELL = {"logistic": "points inside the band", "ordinal": "line near 0", "ordinal_bands": "line near 0"}
_FEWEST_BINS = 3  # fewer show nothing along the prediction
_OF_MODEL = {
    "linear": ("shape", "residuals", "scale", "quantiles", "influence"),
    "ordinal": ("cuts", "shape", "residuals", "influence"),
    "ordinal_bands": ("cuts", "shape", "residuals", "influence"),
    "logistic": ("calibration", "shape", "residuals", "influence"),
    "mixed": ("shape", "residuals", "quantiles", "random_effects", "visits", "influence"),
}


def plot_diagnostics(diagnosis: Diagnosis) -> Figure:
    """Draw a diagnosis as small pictures, each with what it looks like when all is well.

    Parameters
    ----------
    diagnosis : Diagnosis
        As returned by ``diagnose_model``.

    Returns
    -------
    Figure
        By the model: the shape of the factor's effect, the effect at each cut, calibration, residuals along the
        prediction with a smooth line and two standard deviations, their scatter, quantiles beside the normal
        distribution, residuals at each visit, and the influence of single participants. Grey points are single
        participants of synthetic data; of real data only groups of ten or more are drawn. ``.numbers`` has what is drawn,
        with the name of the picture in its first column.

    Raises
    ------
    EstimationError
        The model was refused; the message says why.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> from rlsstudy.estimate.diagnose.diagnose import diagnose_model
    >>> cohort = rls.simulate_cohort(n=100, seed=1)
    >>> figure = plot_diagnostics(diagnose_model(cohort, "age", adjustment="crude"))
    >>> len(figure.drawing.axes)
    5
    """
    if diagnosis.status == "refused":
        raise EstimationError(f"There is no model of '{diagnosis.factor.name}' to draw: {diagnosis.note}.")
    shown = shown_pictures(diagnosis)
    rows = -(-len(shown) // _COLUMNS)
    with canvas.style():
        drawing = canvas.blank(rows * _ROW)
        for place, name in enumerate(shown):
            _draw(drawing, diagnosis, name, place, rows)
        if len(shown) % _COLUMNS:
            _write_verdicts(drawing, diagnosis, len(shown), rows)
    return Figure(
        drawing,
        describe_alt(diagnosis, shown),
        describe_caption(diagnosis, shown),
        _numbers(diagnosis, shown),
    )


def shown_pictures(diagnosis: Diagnosis) -> tuple[str, ...]:
    """Return the names of the pictures that a diagnosis has the numbers for, in their order."""
    wanted = _OF_MODEL[diagnosis.model]
    held = set(diagnosis.data)
    if len(diagnosis.data["residuals"]) >= _FEWEST_BINS:
        held.add("scale")
    else:
        held.discard("residuals")
    return tuple(name for name in wanted if name in held)[:_MOST]


def _box(place: int, rows: int) -> tuple[float, float, float, float]:
    """Return left, bottom, width and height of a picture, as shares of the figure."""
    row, column = divmod(place, _COLUMNS)
    width = (canvas.WIDTH - _LEFT - (_COLUMNS - 1) * _GAP - _RIGHT) / _COLUMNS
    height, total = _ROW - _ABOVE - _BELOW, rows * _ROW
    left, bottom = _LEFT + column * (width + _GAP), total - (row + 1) * _ROW + _BELOW
    return left / canvas.WIDTH, bottom / total, width / canvas.WIDTH, height / total


def _draw(drawing: matplotlib.figure.Figure, diagnosis: Diagnosis, name: str, place: int, rows: int) -> None:
    from matplotlib.ticker import MaxNLocator

    title, well, draw = PANELS[name]
    ax = drawing.add_axes(_box(place, rows), label=name)
    draw(ax, diagnosis)
    if name in _ALONG_NUMBERS:
        ax.xaxis.set_major_locator(MaxNLocator(_TICKS, steps=_STEPS))
    if name == "residuals":
        well = _WELL.get(diagnosis.model, well)
    ax.grid(axis="y")
    ax.text(0, 1.13, title, transform=ax.transAxes, weight="bold", va="baseline")
    ax.text(0, 1.035, f"All is well: {well}", transform=ax.transAxes, color=canvas.GREY, va="baseline")


def _write_verdicts(drawing: matplotlib.figure.Figure, diagnosis: Diagnosis, place: int, rows: int) -> None:
    """Write what the checks say into the place that no picture takes."""
    left, bottom, width, height = _box(place, rows)
    lines = [canvas.wrapped(drawing, line, width * canvas.WIDTH) for line in describe_verdicts(diagnosis)]
    drawing.text(left, bottom + 1.13 * height, "Checks", weight="bold", va="baseline")
    drawing.text(left, bottom + 1.05 * height, "\n".join(lines), va="top", linespacing=1.35)


def _numbers(diagnosis: Diagnosis, shown: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    parts = {name: diagnosis.data["residuals" if name == "scale" else name] for name in shown}
    return pd.concat([frame.assign(picture=name) for name, frame in parts.items()], ignore_index=True).pipe(
        lambda frame: frame[["picture", *(column for column in frame if column != "picture")]]
    )
