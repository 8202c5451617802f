"""The codebook as a folder of pages: what every variable means and looks like, and the model beside published figures."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import rlsstudy
from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import draw_blocks
from rlsstudy.cohort.observe import observe_block
from rlsstudy.cohort.simulate import asked_data
from rlsstudy.declare.codebook import codebook
from rlsstudy.declare.rls import rls_model
from rlsstudy.declare.study_file import default_study
from rlsstudy.deliver.provenance import Provenance, software
from rlsstudy.deliver.report import fill_template
from rlsstudy.deliver.report_folder import MANIFEST, check_replaceable, write_report_folder
from rlsstudy.errors import DeliveryError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.study import SyntheticData
    from rlsstudy.present.codebook_pictures import Picture

    Floats = NDArray[np.float64]

HERE = Path(__file__).resolve().parent
CODEBOOK_FOLDER = "rlsstudy-codebook"
INDEX, PICTURES = "index.html", "pictures.html"
_PAGES = ((INDEX, "Codebook"), (PICTURES, "Pictures"))
_CLINIC = "sleep_clinic"
_CLINIC_OF = 10  # a clinic is drawn from many more candidates, so that a tenth takes as long
_LEAST, _LEAST_CLINIC = 5_000, 500  # on the page of pictures, where shares of small groups are drawn


@dataclass(frozen=True, slots=True)
class _Titled:
    """What the frame of a page asks of a study."""

    title: str
    is_synthetic: bool = True


def render_codebook(
    out: str | PathLike[str] = CODEBOOK_FOLDER,
    *,
    model: CausalModel | None = None,
    design: str = "population",
    n: int = 20_000,
    seed: int = 1,
) -> Path:
    """Write what every variable means, how it comes about and how it is distributed, as pages and tables.

    The folder holds ``index.html`` (the codebook), ``pictures.html`` (the simulated sleep clinic and population
    beside published figures), ``codebook.csv``, ``latent.csv`` and ``effects.csv``. The same model, design, n and seed give
    the same bytes.

    Parameters
    ----------
    out : path
        The folder. A codebook that is there is replaced when the new one is complete; anything else is
        never touched.
    model : CausalModel, optional
        The model; by default the packaged one.
    design : str
        The design whose participants the small pictures show.
    n : int
        Participants who are simulated for them. On the page of pictures the population has as many, at least 5,000, and
        the clinic a tenth, at least 500.
    seed : int
        The seed of the simulation.

    Returns
    -------
    Path
        The first page.

    Raises
    ------
    DeclarationError
        An unknown design, ``n`` or ``seed`` out of range, or a model that cannot be simulated.
    DeliveryError
        The folder cannot be written, or holds something else.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from rlsstudy.deliver.codebook import render_codebook
    >>> with TemporaryDirectory() as folder:
    ...     render_codebook(f"{folder}/codebook", n=200).name
    'index.html'
    """
    folder = Path(out)
    _check_folder(folder)
    model = rls_model() if model is None else model
    asked = asked_data(default_study(), n=n, seed=seed, design=design, scenario="default")
    shown = model.in_design(design)
    values = simulate_values(model, asked)
    shared = _shared(model, asked)
    files = {
        INDEX: fill_template("codebook.html.j2", shared, current=INDEX, **_entries(shown, values)),
        PICTURES: fill_template(
            "codebook_pictures.html.j2", shared, current=PICTURES, pictures=_pictures(model, asked, values)
        ),
        "codebook.csv": _as_csv(codebook(shown)),
        "latent.csv": _as_csv(codebook(shown, measured=False)),
        "effects.csv": _effects(shown),
    }
    write_report_folder(
        folder, files, {"content": "codebook", "provenance": shared["provenance"].as_record()}
    )
    return folder / INDEX


def simulate_values(model: CausalModel, asked: SyntheticData) -> dict[str, Floats]:
    """Simulate a design: what is observed of measured variables, and the truth of latent ones.

    Parameters
    ----------
    model : CausalModel
        The model; its design is applied here.
    asked : SyntheticData
        Design, size and seed.

    Returns
    -------
    dict of str to ndarray, shape (n,)
        Levels as codes; NaN where a value is not observed.
    """
    ready = calibrated(model.in_design(asked.design))
    names = [variable.name for variable in ready]
    parts: list[dict[str, Floats]] = []
    for block in draw_blocks(ready, ready.design(asked.design), asked.seed, names, asked.n):
        observed, _ = observe_block(ready, block)
        parts.append({name: observed.get(name, block.values[name]) for name in names})
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


def _check_folder(folder: Path) -> None:
    """Raise unless a codebook can be written here; a report on a study is not replaced by one."""
    check_replaceable(folder)
    manifest = folder / MANIFEST
    if manifest.exists() and json.loads(manifest.read_text(encoding="utf-8")).get("content") != "codebook":
        raise DeliveryError(
            f"The folder '{folder}' holds a report on a study, which a codebook does not replace. Name another folder."
        )


def _entries(model: CausalModel, values: Mapping[str, Floats]) -> dict[str, Any]:
    """Collect what the page shows of each variable: measured ones by domain, then the latent ones."""
    from rlsstudy.present.codebook_entries import list_entries

    groups = list_entries(model, values)
    return {
        "groups": groups,
        "measured": len(model.measured),
        "latent": len(model.variables) - len(model.measured),
    }


def _pictures(model: CausalModel, asked: SyntheticData, values: dict[str, Floats]) -> list[dict[str, Any]]:
    """Simulate the designs of the picture page and draw it, figures numbered."""
    from rlsstudy.present.codebook_pictures import POPULATION, draw_pictures

    sizes = {POPULATION: max(asked.n, _LEAST), _CLINIC: max(asked.n // _CLINIC_OF, _LEAST_CLINIC)}
    designs: dict[str, Mapping[str, Floats]] = {}
    for design in model.designs:
        if design.name in sizes:
            again = replace(asked, design=design.name, n=sizes[design.name])
            designs[design.name] = values if again == asked else simulate_values(model, again)
    drawn = draw_pictures(model, designs)
    return [_as_block(picture, number) for number, picture in enumerate(drawn, start=1)]


def _as_block(picture: Picture, number: int) -> dict[str, Any]:
    return {
        "title": picture.title,
        "misses": picture.misses,
        "block": {**picture.figure.content_as_svg(), "number": f"Figure {number}"},
    }


def _shared(model: CausalModel, asked: SyntheticData) -> dict[str, Any]:
    """Collect what both pages show or refer to."""
    from markupsafe import Markup

    style = "".join(
        (HERE / name).read_text(encoding="utf-8") for name in ("style.css", "templates/codebook.css")
    )
    facts = (
        ("model", model.name),
        ("declaration (sha256)", model.in_design(asked.design).digest),
        ("design", asked.design),
        ("participants", str(asked.n)),
        ("seed", str(asked.seed)),
    )
    return {
        "study": _Titled(f"{model.name}: codebook"),
        "model": model,
        "asked": asked,
        "design": model.design(asked.design),
        "provenance": Provenance((("Model", facts), ("Software", software()))),
        "navigation": _PAGES,
        "style": Markup(style),  # noqa: S704  # our own files, not data
        "version": rlsstudy.__version__,
    }


def _as_csv(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Write rows of words, in UTF-8 with a mark at the front, by which spreadsheets know it."""
    target = io.StringIO(newline="")
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(target, list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow(row)
    return target.getvalue().encode("utf-8-sig")


def _effects(model: CausalModel) -> bytes:
    """Write every arrow, one row per arrow and level."""
    from rlsstudy.present.tables import tabulate_model

    frame = tabulate_model(model).frame
    assert frame is not None
    return _as_csv(_written(frame.to_dict("records")))


def _written(records: Iterable[Mapping[Any, Any]]) -> Iterator[dict[str, str]]:
    from rlsstudy.problems import plain_number

    for record in records:
        size = record["size"]
        yield {**record, "size": "" if size != size else plain_number(size)}
