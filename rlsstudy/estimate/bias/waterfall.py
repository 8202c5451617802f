"""From the truth to what a flawed study reports, one flaw after another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rlsstudy.declare.study import SyntheticData
from rlsstudy.declare.study_file import default_study
from rlsstudy.declare.variations import Design
from rlsstudy.estimate.bias.flaws import FlawedStudy, Flaws, check_question
from rlsstudy.estimate.bias.people import Belonging, People, Recruitment, draw_people
from rlsstudy.estimate.bias.regression import Regression, Result, error_of_change, fit_among
from rlsstudy.estimate.contrasts import Contrast, contrasts_of
from rlsstudy.estimate.truth.arms import Setting, arms_of, intervention
from rlsstudy.estimate.truth.estimand import Estimand

if TYPE_CHECKING:
    from rlsstudy.declare.study import Study

WATERFALL_SIZE = 10_000
WATERFALL_COLUMNS = ("step", "label", "estimate", "change", "mc_error", "contrast")
_EVERYBODY = Design("everybody", "Whole population")

Step = tuple[str, str, Result]


def bias_waterfall(
    factor: str,
    *,
    study: Study | None = None,
    outcome: str | None = None,
    scenario: str | None = None,
    flaws: Flaws | None = None,
    n: int = WATERFALL_SIZE,
    seed: int = 0,
) -> pd.DataFrame:
    """Follow the bias of a flawed study from the truth, switching on one flaw after another.

    Each step is a regression of simulated people that differs from the one before in one thing. The
    steps that do not apply are left out:

    - ``truth``: the true total effect, by intervention, in the whole population.
    - ``regression``: a straight line through true values, latent ones too, adjusted for all that the
      graph asks for. It differs from the truth where effects are not straight or not the same for
      all, and where belonging to the population is a collider that nothing closes.
    - ``confounding``: adjusted for what the flawed study adjusts for.
    - ``marker``: the marker in place of the state that it stands for.
    - ``selection``: the participants whom the design finds.
    - ``gaps``: those of them whose values are complete.
    - ``diagnosis``: who is in the population is decided by the study's own diagnosis.

    Parameters
    ----------
    factor : str
        A declared variable; the effect of a marker is that of its state.
    study : Study, optional
        Model, outcome and population; by default the packaged study.
    outcome : str, optional
        A declared number; by default the study's.
    scenario : str, optional
        Which variation of the model holds; by default the study's.
    flaws : Flaws, optional
        What is wrong with the study; by default no adjustment, the study's design, and gaps.
    n : int
        People of the population who are simulated for each way of finding them.
    seed : int
        Seed of the simulation.

    Returns
    -------
    DataFrame
        One row per contrast and step: step, label, estimate (units of the outcome per contrast), change
        from the step before (0 for the truth), mc_error (the Monte-Carlo standard error of the change;
        of the estimate for the truth) and contrast. The changes of a contrast add up from the truth
        to the last estimate.

    Raises
    ------
    DeclarationError
        An unknown name, an outcome that is no number, or a diagnosis that is not binary and measured.
    IdentificationError
        Not even all variables together would identify the effect.
    EstimationError
        Too few simulated people for one of the regressions.

    Notes
    -----
    The order of the steps is fixed, and the size of a step depends on it: flaws act on each other.
    Errors come from each person's influence on the estimates, so that people who are in both of two
    steps do not count twice.

    Examples
    --------
    >>> import rlsstudy as rls
    >>> steps = bias_waterfall("caffeine", flaws=Flaws(design="population", gaps=False), n=500)
    >>> steps["step"].tolist()
    ['truth', 'regression', 'confounding']
    """
    study = default_study() if study is None else study
    asked = study.data if isinstance(study.data, SyntheticData) else SyntheticData()
    flaws = Flaws() if flaws is None else flaws
    design = asked.design if flaws.design is None else flaws.design
    model = study.model.in_setting(design, asked.scenario if scenario is None else scenario)
    question = FlawedStudy(
        model,
        model[factor].name,
        model[study.outcome if outcome is None else outcome].name,
        Belonging(study.population, flaws.diagnosis),
        replace(flaws, design=design),
    )
    check_question(question, n)
    simulated = _simulate(question, n, seed)
    rows = [
        (*row, contrast.label)
        for contrast in contrasts_of(model[factor])
        for row in _rows(list(_steps(question, simulated, contrast)))
    ]
    return pd.DataFrame(rows, columns=list(WATERFALL_COLUMNS))


@dataclass(frozen=True, eq=False)
class _Simulated:
    """The people of the whole population, those whom the design finds, and whose truth is asked for."""

    whole: People
    found: People
    setting: Setting
    needed: tuple[str, ...]


def _simulate(question: FlawedStudy, n: int, seed: int) -> _Simulated:
    """Draw the people of the whole population, and those of the design where these are others."""
    needed = question.needed()
    names = {question.factor, question.subject, question.outcome, *needed, *question.flaws.adjusted_for}
    population = question.belonging.population
    setting = Setting(question.model, _EVERYBODY, question.outcome, population, n, seed)
    observe = question.flaws.gaps or question.belonging.diagnosis is not None
    model = question.model  # as it is in the design
    if question.finds_everybody:  # the design changes at most what is missing
        asked = Recruitment(model, _EVERYBODY, question.belonging, n, seed)
        whole = found = draw_people(asked, names, observe=observe)
    else:
        asked = Recruitment(question.model, _EVERYBODY, question.belonging, n, seed)
        whole = draw_people(asked, names, observe=False)
        # Another seed, so that the two groups have nobody in common.
        asked = Recruitment(model, question.design, question.belonging, n, seed + 1)
        found = draw_people(asked, names, observe=observe)
    return _Simulated(whole, found, setting, needed)


def _steps(question: FlawedStudy, simulated: _Simulated, contrast: Contrast) -> Iterator[Step]:
    """Yield the steps that apply, in their order."""
    model, flaws, whole, found = question.model, question.flaws, simulated.whole, simulated.found
    subject, low, high = intervention(model, question.factor, contrast)
    of_subject = contrast if subject == question.factor else Contrast("", low, high)
    unveiled, outcome = question.unveiled(), question.outcome
    inside = _inside(question.belonging, whole)
    yield "truth", f"True effect of {model[subject].label}", _truth(question, simulated, contrast)
    asked = Regression(unveiled, subject, of_subject, outcome, simulated.needed)
    yield "regression", "A regression that knows every value", fit_among(asked, whole, whole.true, inside)
    asked = replace(asked, covariates=flaws.adjusted_for)
    yield "confounding", _adjusted(question), fit_among(asked, whole, whole.true, inside)
    if subject != question.factor:
        asked = replace(asked, factor=question.factor, contrast=contrast)
        label = f"{model[question.factor].label} instead of {model[subject].label}"
        yield "marker", label, fit_among(asked, whole, whole.true, inside)
    inside = _inside(question.belonging, found)
    if found is not whole:
        yield "selection", question.design.label, fit_among(asked, found, found.true, inside)
    yield from _last_steps(question, asked, found)


def _last_steps(question: FlawedStudy, asked: Regression, found: People) -> Iterator[Step]:
    """Yield the steps of what a study sees of its participants."""
    belonging = question.belonging
    values = found.seen if question.flaws.gaps else found.true
    if question.flaws.gaps:
        inside = _inside(belonging, found)
        if belonging.population is not None:
            inside &= values[belonging.population] == 1
        yield "gaps", "Complete cases alone", fit_among(asked, found, values, inside)
    if belonging.diagnosis is not None and belonging.population is not None:
        truth = question.model[belonging.population].label
        label = f"{question.model[belonging.diagnosis].label} instead of {truth}"
        yield "diagnosis", label, fit_among(asked, found, values, values[belonging.diagnosis] == 1)


def _truth(question: FlawedStudy, simulated: _Simulated, contrast: Contrast) -> Result:
    """Return the true effect; its people are those of the whole population, in the same order."""
    arms = arms_of(simulated.setting, question.factor, contrast, Estimand())
    difference = arms.high - arms.low
    inside = _inside(question.belonging, simulated.whole)
    influence = np.zeros(len(inside))
    influence[inside] = (difference - difference.mean()) / len(difference)
    return Result(float(difference.mean()), influence, simulated.whole)


def _inside(belonging: Belonging, people: People) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    size = len(next(iter(people.true.values())))
    return belonging.truly(people.true, size)


def _adjusted(question: FlawedStudy) -> str:
    labels = [question.model[name].label for name in question.flaws.adjusted_for]
    return f"Adjusted for {', '.join(labels)} alone" if labels else "Confounding left unadjusted"


def _rows(steps: list[Step]) -> Iterator[tuple[str, str, float, float, float]]:
    """Yield step, label, estimate, change and the change's Monte-Carlo error."""
    for place, (step, label, result) in enumerate(steps):
        if not place:
            yield step, label, result.estimate, 0.0, result.error
            continue
        before = steps[place - 1][2]
        yield step, label, result.estimate, result.estimate - before.estimate, error_of_change(before, result)
