"""The simulated sleep clinic and population beside published figures, one picture each, with what it misses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.present.codebook_figures import (
    Seen,
    draw_age,
    draw_bmi,
    draw_ceap,
    draw_clinic_shares,
    draw_ess,
    draw_ferritin,
    draw_irls,
    draw_isi,
    draw_items,
    draw_onset,
    draw_plmi,
    draw_prevalence,
    draw_severity_by_sex,
)
from rlsstudy.present.elements import Figure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.causal_model import CausalModel

    Floats = NDArray[np.float64]

CLINIC, POPULATION = "sleep_clinic", "population"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture beside published figures.

    Parameters
    ----------
    title : str
        What it is about.
    figure : Figure
        The drawing.
    misses : str
        What is implausible or not met, in a sentence.
    """

    title: str
    figure: Figure
    misses: str


def draw_pictures(model: CausalModel, designs: Mapping[str, Mapping[str, Floats]]) -> Iterator[Picture]:
    """Draw every picture whose variables and designs the model has.

    Parameters
    ----------
    model : CausalModel
        The declaration.
    designs : mapping of str to mapping of str to ndarray
        Observed values of each simulated design, ``"sleep_clinic"`` and ``"population"``.

    Yields
    ------
    Picture
        In the order of the page.
    """
    for title, design, needed, draw, misses in _PICTURES:
        if design in designs and all(name in model for name in needed):
            yield Picture(title, draw(Seen(model, designs[design])), misses)


_Entry = tuple[str, str, tuple[str, ...], Callable[[Seen], Figure], str]
_PICTURES: tuple[_Entry, ...] = (
    (
        "Severity in the clinic",
        CLINIC,
        ("irls_total",),
        draw_irls,
        "The mean is that of clinics; the spread is too wide by two to three points, and one patient in twelve has 10 points or less, because the "
        "door of this clinic does not narrow severity, on purpose.",
    ),
    (
        "Items of the rating scale",
        CLINIC,
        tuple(f"irls_i{number:02d}" for number in range(1, 11)),
        draw_items,
        "Items on daily affairs and mood are answered lowest, as one would expect; alpha of the whole clinic is higher than in clinics, "
        "because severity varies more.",
    ),
    (
        "Age",
        CLINIC,
        ("age",),
        draw_age,
        "Mean and spread are within two years of the target; about one patient in 250 is 90 or older.",
    ),
    (
        "Body mass index",
        CLINIC,
        ("bmi",),
        draw_bmi,
        "Higher than in the population by about one and a half, which follows from the declared effects on having RLS and on severity; no clinic's figure was at hand.",
    ),
    (
        "Periodic leg movements",
        CLINIC,
        ("plmi",),
        draw_plmi,
        "Too high: the mean in the community is that of the published clinic, and the simulated clinic is above it by age and severity.",
    ),
    ("Insomnia", CLINIC, ("isi",), draw_isi, "Within the assumed target; a published mean was not at hand."),
    (
        "Sleepiness",
        CLINIC,
        ("ess",),
        draw_ess,
        "Within one point of the 18 published patients; the heap at 24 points, where the scale ends, is implausible.",
    ),
    (
        "Who comes to the clinic",
        CLINIC,
        ("sex", "family_history_rls", "ferritin", "irls_total"),
        draw_clinic_shares,
        "Too few patients have 21 to 30 points and too many 31 and more, again because severity is not narrowed; family history and low ferritin are a little too common.",
    ),
    (
        "Age at onset",
        CLINIC,
        ("age_onset", "family_history_rls"),
        draw_onset,
        "Close to both figures; the familial spread is wider than published, with some onsets in the first years of life and after 70.",
    ),
    (
        "Severity by sex",
        POPULATION,
        ("irls_total", "sex"),
        draw_severity_by_sex,
        "Men have the higher score in spite of the lower prevalence, by half a point, which no patient would notice.",
    ),
    (
        "Having RLS by age and sex",
        POPULATION,
        ("rls_case", "age", "sex"),
        draw_prevalence,
        "Men have RLS less often than in most surveys (4.4 against 5.8 %), so that women have two and a half times their odds; "
        "the curve goes on rising after 65, where several surveys are flat.",
    ),
    (
        "Ferritin",
        POPULATION,
        ("ferritin", "age", "sex"),
        draw_ferritin,
        "Medians follow age and the menopause; men of 40 to 59 have about 10 % less than published, and the highest values of men over 60 go further.",
    ),
    (
        "Venous disease",
        POPULATION,
        ("ceap_class", "age", "sex"),
        draw_ceap,
        "The sexes differ less than in Bonn at C0, and C1 is reversed: more common in men here, in women there.",
    ),
)
