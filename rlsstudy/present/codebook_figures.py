"""Figures of a simulated cohort beside published ones: one function each, from what is observed in a design."""

from __future__ import annotations

from collections.abc import Mapping
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


def _mean(values: Floats, row: str = "") -> Mark:
    mean, sd = float(values.mean()), float(values.std(ddof=1))
    return Mark(row, SIMULATED, mean, mean - sd, mean + sd)


def _share(yes: Bools, row: str) -> Mark:
    return Mark(row, SIMULATED, 100 * float(yes.mean()))


def draw_irls(seen: Seen) -> Figure:
    """Draw the IRLS total of the clinic beside published means."""
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


def draw_items(seen: Seen) -> Figure:
    """Draw the mean of each item beside the assumed ones of the community."""
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
        "more; published is 0.81 in a trial with that entry (Abetz 2006). Item means are not published."
    )
    return draw_rows(marks, Look("Answer (0 to 4 points)", _MEAN, caption, 2, limits=(-0.1, 4.1)))


def _alpha(items: Floats) -> float:
    """Return Cronbach's alpha of complete answers, shape (n, items)."""
    k = items.shape[1]
    return float(k / (k - 1) * (1 - items.var(axis=0, ddof=1).sum() / items.sum(axis=1).var(ddof=1)))


def draw_age(seen: Seen) -> Figure:
    """Draw the age of patients."""
    values = seen.of("age")
    caption = "Age in the simulated sleep clinic, with the mean and standard deviation that it was to have. No publication was at hand."
    return draw_histogram(
        values, np.arange(15, 106, 5.0), (_mean(values), *published.AGE), Look("Age (years)", _MEAN, caption)
    )


def draw_bmi(seen: Seen) -> Figure:
    """Draw body mass index."""
    values = seen.of("bmi")
    caption = "Body mass index in the simulated sleep clinic, with mean and standard deviation assumed of the population."
    return draw_histogram(
        values,
        np.arange(14, 55, 2.0),
        (_mean(values), *published.BMI),
        Look("Body mass index (kg/m²)", _MEAN, caption),
    )


def draw_plmi(seen: Seen) -> Figure:
    """Draw leg movements in sleep beside a published clinic."""
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


def draw_isi(seen: Seen) -> Figure:
    """Draw the insomnia score."""
    values = seen.of("isi")
    caption = "Insomnia Severity Index in the simulated sleep clinic; the target of 14 to 16 is assumed."
    return draw_histogram(
        values,
        whole_number_edges(0, 28),
        (_mean(values), *published.ISI),
        Look("ISI (points)", _MEAN, caption),
    )


def draw_ess(seen: Seen) -> Figure:
    """Draw the sleepiness score."""
    values = seen.of("ess")
    caption = "Epworth Sleepiness Scale in the simulated sleep clinic, with the patients of Mungan 2016."
    return draw_histogram(
        values,
        whole_number_edges(0, 24),
        (_mean(values), *published.ESS),
        Look("ESS (points)", _MEAN, caption),
    )


def draw_clinic_shares(seen: Seen) -> Figure:
    """Draw who comes to the clinic, as shares."""
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


def draw_severity_by_sex(seen: Seen) -> Figure:
    """Draw severity in men and women."""
    marks = [_mean(seen.of("irls_total", seen.at("sex", level)), who) for level, who in _SEXES]
    caption = (
        "IRLS total by sex in the simulated population with RLS. In the German and Swiss patient organisations (n = 2,751, PMC3990552) "
        "men reported the higher severity; by how much was not at hand, so that nothing is drawn beside."
    )
    return draw_rows(marks, Look("IRLS total (points)", _MEAN, caption, limits=(0, 40)))


def draw_onset(seen: Seen) -> Figure:
    """Draw age at onset by family history."""
    marks = []
    for level, target in zip(("yes", "no"), published.ONSET, strict=True):
        marks += [_mean(seen.of("age_onset", seen.at("family_history_rls", level)), target.row), target]
    caption = (
        "Age at onset in the simulated sleep clinic by family history, with familial patients of Xiong 2010 (PMID 20457962) and an "
        "assumed target for the others."
    )
    return draw_rows(marks, Look("Age at onset (years)", _MEAN, caption, limits=(0, 90)))


def draw_ferritin(seen: Seen) -> Figure:
    """Draw ferritin by sex and age beside published percentiles."""
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


def draw_ceap(seen: Seen) -> Figure:
    """Draw the clinical classes of venous disease by sex."""
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


def draw_prevalence(seen: Seen) -> Figure:
    """Draw how many have RLS by sex and age."""
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
