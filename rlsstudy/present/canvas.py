"""The look of every figure, and its way to bytes: the one place that sets matplotlib's options.

No option is changed for the session and pyplot is never used: figures are drawn and rendered
inside :func:`style`, so a user's own settings move nothing, and the same numbers give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

from rlsstudy.present.markup import one_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 7.0  # inches: two columns of most journals
DPI = 150

# Okabe M, Ito K (2008). Color universal design. https://jfly.uni-koeln.de/color/
BLACK = "#000000"
BLUE = "#0072B2"
SKY = "#56B4E9"
GREEN = "#009E73"
ORANGE = "#E69F00"
VERMILLION = "#D55E00"
GREY = "#6B6B6B"  # 5.3:1 on white
PALE = "#E6E6E6"

_OPTIONS: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib, so it is the same everywhere
    "font.size": 8,
    "axes.titlesize": 9,
    "axes.labelsize": 8,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.formatter.use_mathtext": False,
    "axes.unicode_minus": True,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": BLACK,
    "ytick.labelcolor": BLACK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "grid.color": PALE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "text.parse_math": False,  # a dollar sign in a label is a dollar sign
    "svg.fonttype": "path",
}


@contextmanager
def style() -> Iterator[None]:
    """Draw with the look of this package, whatever the user's settings, and put those back."""
    from matplotlib import style as styles

    with warnings.catch_warnings(), styles.context(["default", _OPTIONS]):
        # A sign that the font lacks is drawn as an empty box; tables and alternative texts still have it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        yield


def blank(height: float, width: float = WIDTH) -> Figure:
    """Return an empty figure, sizes in inches; call inside :func:`style`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def text_size(figure: Figure, text: str, **options: Any) -> tuple[float, float]:
    """Return width and height in inches that a text takes; call inside :func:`style`."""
    probe = figure.text(0, 0, text, **options)
    box = probe.get_window_extent()
    probe.remove()
    return float(box.width) / DPI, float(box.height) / DPI


def wrapped(figure: Figure, text: str, width: float, **options: Any) -> str:
    """Break a text into lines no wider than so many inches, between words where that is possible."""
    lines: list[str] = []
    for word in one_line(text).split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_size(figure, longer, **options)[0] <= width:
            lines[-1] = longer
        else:
            lines += _pieces(figure, word, width, options)
    return "\n".join(lines)


def as_png(figure: Figure) -> bytes:
    """Render as PNG without a date or a version inside."""
    return _rendered(figure, "png", {"Software": None})


def as_svg(figure: Figure, description: str) -> bytes:
    """Render as SVG with a description, whose ids do not meet those of another figure on the page.

    The document type and the date are left out, and letters are outlines, so that it looks the
    same without the font.
    """
    raw = _rendered(figure, "svg", {"Date": None, "Creator": None}).decode()
    prefix = "f" + hashlib.sha256(raw.encode()).hexdigest()[:8] + "-"
    drawing = raw[raw.index("<svg") :]
    drawing = re.sub(r'(\sid="|href="#|url\(#)', rf"\g<1>{prefix}", drawing)
    described = f'<svg role="img" aria-label="{escape(one_line(description), quote=True)}"'
    return drawing.replace("<svg", described, 1).encode()


def _rendered(figure: Figure, form: str, metadata: dict[str, None]) -> bytes:
    from matplotlib import rc_context

    target = io.BytesIO()
    with style(), rc_context({"svg.hashsalt": "rlsstudy"}):
        figure.savefig(target, format=form, dpi=DPI, metadata=metadata)
    return target.getvalue()


def _pieces(figure: Figure, word: str, width: float, options: dict[str, Any]) -> list[str]:
    """Cut a word that is wider than a line."""
    pieces = [""]
    for sign in word:
        if pieces[-1] and text_size(figure, pieces[-1] + sign, **options)[0] > width:
            pieces.append("")
        pieces[-1] += sign
    return pieces
