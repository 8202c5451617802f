"""The simulated sleep clinic and population beside published figures, one picture each, with what it misses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rlsstudy.present import codebook_published as published
from rlsstudy.present.codebook_drawings import (
    SIMULATED,
    Look,
    Mark,
    draw_histogram,
    draw_rows,
    whole_number_edges,
)
from rlsstudy.present.elements import Figure
from rlsstudy.present.numbers import write_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rlsstudy.declare.causal_model import CausalModel

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

CLINIC, POPULATION = "sleep_clinic", "population"
_MEAN = "Mean (standard deviation), which the line has either way"
_SHARE = "Value is the share"
_FEWEST = 20  # in a group, below which no figure of it is drawn
_SEXES = (("male", "men"), ("female", "women"))


@dataclass(frozen=True, slots=True)
class Seen:
    """What is observed in one simulated design.

    Parameters
    ----------
    model : CausalModel
        The declaration.
    values : mapping of str to ndarray, shape (n,)
        Observed values; levels as codes, NaN for gaps.
    """

    model: CausalModel
    values: Mapping[str, Floats]

    def of(self, name: str, inside: Bools | None = None) -> Floats:
        """Return the known values of a variable, of everybody or of a group."""
        values = self.values[name]
        known = np.isfinite(values)
        return values[known if inside is None else known & inside]

    def at(self, name: str, level: str) -> Bools:
        """Say who is at a level."""
        return np.asarray(self.values[name] == self.model[name].level_code(level))

    def aged(self, low: float, below: float) -> Bools:
        """Say who is from one age up to below another."""
        return np.asarray((self.values["age"] >= low) & (self.values["age"] < below))


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


def _mean(values: Floats, row: str = "") -> Mark:
    mean, sd = float(values.mean()), float(values.std(ddof=1))
    return Mark(row, SIMULATED, mean, mean - sd, mean + sd)


def _share(yes: Bools, row: str) -> Mark:
    return Mark(row, SIMULATED, 100 * float(yes.mean()))


def _irls(seen: Seen) -> Figure:
    values = seen.of("irls_total")
    caption = (
        "IRLS total in the simulated sleep clinic, with means and standard deviations of untreated patients in "
        "Hornyak 2007 (PMC1978374), Mungan 2016 and Yang 2019 (doi 10.17241/smr.2019.00360, implied by its bands)."
    )
    return draw_histogram(
        values,
        whole_number_edges(0, 40),
        (_mean(values), *published.IRLS),
        Look("IRLS total (points)", _MEAN, caption),
    )


def _items(seen: Seen) -> Figure:
    names = [f"irls_i{number:02d}" for number in range(1, 11)]
    marks = []
    for name, topic, target in zip(names, published.ITEM_TOPICS, published.ITEM_TARGETS, strict=True):
        marks += [_mean(seen.of(name), topic), Mark(topic, f"{published.ASSUMED}, community", target)]
    items = np.column_stack([seen.values[name] for name in names])
    answered = items[np.isfinite(items).all(axis=1)]
    all_of_them, entered = (
        write_number(_alpha(rows), 2) for rows in (answered, answered[answered.sum(axis=1) >= 15])
    )
    caption = (
        f"The ten items in the simulated sleep clinic. Cronbach's alpha is {all_of_them}, and {entered} in those with 15 points or "
        "more; published are 0.93 to 0.95 in wide samples and 0.81 in a trial with that entry (Abetz 2006). Item means are not published."
    )
    return draw_rows(marks, Look("Answer (0 to 4 points)", _MEAN, caption, 2, limits=(-0.1, 4.1)))


def _alpha(items: Floats) -> float:
    """Return Cronbach's alpha of complete answers, shape (n, items)."""
    k = items.shape[1]
    return float(k / (k - 1) * (1 - items.var(axis=0, ddof=1).sum() / items.sum(axis=1).var(ddof=1)))


def _age(seen: Seen) -> Figure:
    values = seen.of("age")
    caption = "Age in the simulated sleep clinic, with the mean and standard deviation that it was to have. No publication was at hand."
    return draw_histogram(
        values, np.arange(15, 106, 5.0), (_mean(values), *published.AGE), Look("Age (years)", _MEAN, caption)
    )


def _bmi(seen: Seen) -> Figure:
    values = seen.of("bmi")
    caption = "Body mass index in the simulated sleep clinic, with mean and standard deviation assumed of the population."
    return draw_histogram(
        values,
        np.arange(14, 55, 2.0),
        (_mean(values), *published.BMI),
        Look("Body mass index (kg/m²)", _MEAN, caption),
    )


def _plmi(seen: Seen) -> Figure:
    values = seen.of("plmi")
    caption = (
        "Periodic leg movements in sleep in the simulated sleep clinic, with mean and standard deviation of the patients of "
        "Trotti 2012 (PMID 22750520). One standard deviation below the mean would be negative; lines are cut at 0."
    )
    return draw_histogram(
        values,
        np.arange(0, 126, 5.0),
        (_mean(values), *published.PLMI),
        Look("Periodic leg movements per hour of sleep", _MEAN, caption),
    )


def _isi(seen: Seen) -> Figure:
    values = seen.of("isi")
    caption = "Insomnia Severity Index in the simulated sleep clinic; the target of 14 to 16 is assumed."
    return draw_histogram(
        values,
        whole_number_edges(0, 28),
        (_mean(values), *published.ISI),
        Look("ISI (points)", _MEAN, caption),
    )


def _ess(seen: Seen) -> Figure:
    values = seen.of("ess")
    caption = "Epworth Sleepiness Scale in the simulated sleep clinic, with the patients of Mungan 2016."
    return draw_histogram(
        values,
        whole_number_edges(0, 24),
        (_mean(values), *published.ESS),
        Look("ESS (points)", _MEAN, caption),
    )


def _clinic_shares(seen: Seen) -> Figure:
    irls = seen.of("irls_total")
    simulated = {
        "women": _share(seen.at("sex", "female"), "women"),
        "a relative has RLS": _share(seen.of("family_history_rls") == 1, "a relative has RLS"),
        "ferritin below 50 µg/L": _share(seen.of("ferritin") < 50, "ferritin below 50 µg/L"),
        "IRLS 21 to 30": _share((irls > 20) & (irls < 31), "IRLS 21 to 30"),
        "IRLS 31 to 40": _share(irls > 30, "IRLS 31 to 40"),
    }
    marks = [mark for target in published.CLINIC_SHARES for mark in (simulated[target.row], target)]
    caption = (
        "Shares in the simulated sleep clinic beside Yang 2019 (family history and bands of severity) and Frauscher 2009 "
        "(PMID 19200780, ferritin); the share of women is assumed."
    )
    return draw_rows(marks, Look("Share (%)", _SHARE, caption, 1, " %", limits=(0, 100)))


def _severity_by_sex(seen: Seen) -> Figure:
    marks = [_mean(seen.of("irls_total", seen.at("sex", level)), who) for level, who in _SEXES]
    caption = (
        "IRLS total by sex in the simulated population with RLS. In the German and Swiss patient organisations (n = 2,751, PMC3990552) "
        "men reported the higher severity; by how much was not at hand, so that nothing is drawn beside."
    )
    return draw_rows(marks, Look("IRLS total (points)", _MEAN, caption, limits=(0, 40)))


def _onset(seen: Seen) -> Figure:
    marks = []
    for level, target in zip(("yes", "no"), published.ONSET, strict=True):
        marks += [_mean(seen.of("age_onset", seen.at("family_history_rls", level)), target.row), target]
    caption = (
        "Age at onset in the simulated sleep clinic by family history, with familial patients of Xiong 2010 (PMID 20457962) and an "
        "assumed target for the others."
    )
    return draw_rows(marks, Look("Age at onset (years)", _MEAN, caption, limits=(0, 90)))


def _ferritin(seen: Seen) -> Figure:
    marks: list[Mark] = []
    for row, sex, low, below, target in published.FERRITIN_GROUPS:
        values = seen.of("ferritin", seen.at("sex", sex) & seen.aged(low, below))
        if len(values) >= _FEWEST:
            middle, lowest, highest = (float(number) for number in np.quantile(values, (0.5, 0.05, 0.95)))
            marks.append(Mark(row, SIMULATED, middle, lowest, highest))
        marks.append(target)
    caption = (
        "Serum ferritin in the simulated population: median with the 5th and 95th percentile, beside men of NHANES 1999-2002 (CDC National Report, "
        "Table 3.1.a; geometric means) and women of a Danish survey (n = 1,359)."
    )
    shows = "Value and line are median, 5th and 95th percentile"
    return draw_rows(marks, Look("Serum ferritin (µg/L)", shows, caption, 0, log=True, by_sd=False))


def _ceap(seen: Seen) -> Figure:
    marks: list[Mark] = []
    for level, who in _SEXES:
        codes = seen.of("ceap_class", seen.at("sex", level) & seen.aged(18, 80))
        for place, share in enumerate(published.CEAP[level]):
            row = f"C{place} in {who}"
            marks += [_share(codes == place, row), Mark(row, published.BONN, share)]
    caption = (
        "Clinical classes of venous disease in the simulated population under 80 years, beside the Bonn Vein Study (n = 3,072). "
        "C5 and C6 are not published by sex."
    )
    return draw_rows(marks, Look("Share (%)", _SHARE, caption, 1, " %", limits=(0, 70)))


def _prevalence(seen: Seen) -> Figure:
    marks: list[Mark] = []
    case = seen.values["rls_case"]
    for level, who in reversed(_SEXES):
        of_sex = seen.at("sex", level)
        marks += [_share(case[of_sex] == 1, f"{who}, all ages")]
        marks += [Mark(f"{who}, all ages", published.TISON, published.PREVALENCE_ALL_AGES[level])]
        for (low, below), target in zip(published.PREVALENCE_AGES, published.PREVALENCE[level], strict=True):
            row = f"{who} {low} to {below - 1}"
            inside = of_sex & seen.aged(low, below)
            if inside.sum() >= _FEWEST:
                marks.append(_share(case[inside] == 1, row))
            marks.append(Mark(row, published.ASSUMED, target))
    caption = (
        "Having RLS in the simulated population, beside the INSTANT survey (Tison 2005, n = 10,263) and the curve by age that was "
        "assumed from several surveys of the four criteria."
    )
    return draw_rows(marks, Look("Share with RLS (%)", _SHARE, caption, 1, " %", limits=(0, 16)))


_Entry = tuple[str, str, tuple[str, ...], Callable[[Seen], Figure], str]
_PICTURES: tuple[_Entry, ...] = (
    (
        "Severity in the clinic",
        CLINIC,
        ("irls_total",),
        _irls,
        "The mean is that of clinics; the spread is too wide by two to three points, and one patient in twelve has 10 points or less, because the "
        "door of this clinic does not narrow severity, on purpose.",
    ),
    (
        "Items of the rating scale",
        CLINIC,
        tuple(f"irls_i{number:02d}" for number in range(1, 11)),
        _items,
        "Items on daily affairs and mood are answered lowest, as one would expect; alpha of the whole clinic is higher than in clinics, "
        "because severity varies more.",
    ),
    (
        "Age",
        CLINIC,
        ("age",),
        _age,
        "The spread is too wide by three years: one patient in thirty is 90 or older, and some are over 100, whom no sleep clinic sees.",
    ),
    (
        "Body mass index",
        CLINIC,
        ("bmi",),
        _bmi,
        "Higher than in the population by about one and a half, which follows from the declared effects on having RLS and on severity; no clinic's figure was at hand.",
    ),
    (
        "Periodic leg movements",
        CLINIC,
        ("plmi",),
        _plmi,
        "Too high: the mean in the community is that of the published clinic, and the simulated clinic is above it by age and severity.",
    ),
    ("Insomnia", CLINIC, ("isi",), _isi, "Within the assumed target; a published mean was not at hand."),
    (
        "Sleepiness",
        CLINIC,
        ("ess",),
        _ess,
        "Within one point of the 18 published patients; the heap at 24 points, where the scale ends, is implausible.",
    ),
    (
        "Who comes to the clinic",
        CLINIC,
        ("sex", "family_history_rls", "ferritin", "irls_total"),
        _clinic_shares,
        "Too few patients have 21 to 30 points and too many 31 and more, again because severity is not narrowed; family history and low ferritin are a little too common.",
    ),
    (
        "Age at onset",
        CLINIC,
        ("age_onset", "family_history_rls"),
        _onset,
        "Close to both figures; the familial spread is wider than published, with some onsets in the first years of life and after 70.",
    ),
    (
        "Severity by sex",
        POPULATION,
        ("irls_total", "sex"),
        _severity_by_sex,
        "Men have the higher score in spite of the lower prevalence, by half a point, which no patient would notice.",
    ),
    (
        "Having RLS by age and sex",
        POPULATION,
        ("rls_case", "age", "sex"),
        _prevalence,
        "Men have RLS less often than in most surveys (4.4 against 5.8 %), so that women have two and a half times their odds; "
        "the curve goes on rising after 65, where several surveys are flat.",
    ),
    (
        "Ferritin",
        POPULATION,
        ("ferritin", "age", "sex"),
        _ferritin,
        "Medians follow age and the menopause; men of 40 to 59 have about 10 % less than published, and the highest values of men over 60 go further.",
    ),
    (
        "Venous disease",
        POPULATION,
        ("ceap_class", "age", "sex"),
        _ceap,
        "The sexes differ less than in Bonn at C0, and C1 is reversed: more common in men here, in women there.",
    ),
)
