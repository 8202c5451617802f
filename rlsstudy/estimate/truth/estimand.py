"""Which true effect is meant: total, direct or mediated; of whom; on which scale."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from rlsstudy.declare.kinds import Kind
from rlsstudy.errors import DeclarationError, bullet_list, did_you_mean

if TYPE_CHECKING:
    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.estimate.truth.arms import Setting

EffectKind = Literal["total", "direct", "mediated"]
EffectScale = Literal["points", "probability", "odds_ratio"]
Among = Literal["population", "everybody"]
_MEASURES = {
    "points": "mean ",
    "probability": "change in the probability of this level or a higher one, ",
    "odds_ratio": "marginal odds ratio of this level or a higher one, ",
}


@dataclass(frozen=True, slots=True)
class Estimand:
    """Which true effect is meant.

    Parameters
    ----------
    kind : {"total", "direct", "mediated"}
        ``total``: the factor goes from the low to the high end of its contrast, and everything that it
        acts on follows. ``direct``: the factor goes from low to high while the mediators keep the
        value that they have at the low end, the natural direct effect [1]_. ``mediated``: total minus
        direct, which is the factor held at its high end while the mediators go from the value that
        they have at the low end to that at the high end; in the words of [1]_ the natural indirect
        effect of the change from high to low, its sign turned.
    through : str or tuple of str
        The mediators, for a direct or mediated effect. A marker is meant as the state that it stands for.
    by : str, optional
        A declared variable with levels: one effect for each of its levels, among the participants who
        have that level without intervention.
    scale : {"points", "probability", "odds_ratio"}
        ``points``: the mean difference of an outcome that is a number, in its unit. For an outcome with
        ordered levels, for each level but the first: ``probability``, the change in the probability
        of that level or a higher one, from -1 to 1; ``odds_ratio``, the ratio of the odds of the two
        probabilities, which is marginal: of the whole group, and not of like participants.
    among : {"population", "everybody"}
        Whose outcome it is: that of the study's population, who belongs being held; or that of the whole
        cohort, where an outcome that only some have, such as severity, counts as 0 for the others, and who
        has it follows from the intervention.

    Raises
    ------
    DeclarationError
        A kind, scale or group of people that is not offered, mediators of a total effect, or none of another one.

    References
    ----------
    .. [1] Pearl J (2001). Direct and indirect effects. Proceedings of the 17th Conference on Uncertainty
       in Artificial Intelligence, 411-420.

    Examples
    --------
    >>> Estimand("direct", through="bmi").through
    ('bmi',)
    """

    kind: EffectKind = "total"
    through: str | tuple[str, ...] = ()
    by: str | None = None
    scale: EffectScale = "points"
    among: Among = "population"

    def __post_init__(self) -> None:
        through = (self.through,) if isinstance(self.through, str) else tuple(self.through)
        object.__setattr__(self, "through", through)
        problems = [
            f"no {what} '{value}' is offered.{did_you_mean(value, get_args(allowed))}"
            for what, value, allowed in (
                ("kind", self.kind, EffectKind),
                ("scale", self.scale, EffectScale),
                ("among", self.among, Among),
            )
            if value not in get_args(allowed)
        ]
        if self.kind == "total" and through:
            problems.append(
                "a total effect goes every way; name no mediators, or ask for 'direct' or 'mediated'."
            )
        if self.kind in ("direct", "mediated") and not through:
            problems.append(f"a {self.kind} effect needs mediators; name them in 'through'.")
        if problems:
            raise DeclarationError(f"The estimand contradicts itself:\n{bullet_list(problems)}", problems)


def estimand_of(asked: Estimand | str) -> Estimand:
    """Return the estimand that is asked for by its kind alone, or as it is."""
    return asked if isinstance(asked, Estimand) else Estimand(kind=asked)  # type: ignore[arg-type]  # checked there


def subject_of(model: CausalModel, factor: str) -> str:
    """Return whose effect is meant: the factor's own, or that of the state that it is a marker of."""
    stands_for = model[factor].stands_for
    return factor if stands_for is None else stands_for[0]


def check_estimand(setting: Setting, factors: Collection[str], estimand: Estimand) -> None:
    """Refuse an outcome that the scale does not fit, mediators that are none, and groups without levels."""
    problems = [
        *_outcome_problems(setting, factors, estimand),
        *_mediator_problems(setting, factors, estimand),
        *_group_problems(setting.model, estimand),
    ]
    if problems:
        raise DeclarationError(" ".join(problems), problems)


def _outcome_problems(setting: Setting, factors: Collection[str], estimand: Estimand) -> Iterator[str]:
    variable = setting.model[setting.outcome]
    if setting.outcome in {
        name for factor in factors for name in (factor, subject_of(setting.model, factor))
    }:
        yield f"The outcome of an effect is not the factor itself; '{variable.name}' is both. Choose another outcome."
    if estimand.scale == "points" and variable.has_levels:
        yield (
            f"An effect in points has a number as its outcome; '{variable.name}' has levels. Choose a score or a "
            'measurement, or ask for Estimand(scale="probability").'
        )
    if estimand.scale != "points" and variable.kind not in (Kind.BINARY, Kind.ORDINAL):
        yield (
            f"Probabilities and odds ratios are those of ordered levels; '{variable.name}' is {variable.kind}. "
            'Choose a binary or ordinal outcome, or ask for Estimand(scale="points").'
        )


def _mediator_problems(setting: Setting, factors: Collection[str], estimand: Estimand) -> Iterator[str]:
    subjects = {subject_of(setting.model, factor) for factor in factors}
    ends = {*factors, *subjects, setting.outcome, setting.population}
    for name in estimand.through:
        if name in ends or subject_of(setting.model, name) in ends:
            yield (
                f"A mediator lies between the factor and the outcome; '{name}' is the factor, the outcome or the "
                "population. Leave it out of 'through'."
            )


def _group_problems(model: CausalModel, estimand: Estimand) -> Iterator[str]:
    if estimand.by is not None and not model[estimand.by].has_levels:
        label = model[estimand.by].label
        yield f"Groups are the levels of a variable; '{estimand.by}' ({label}) has none. Choose one with levels."


def describe_estimand(setting: Setting, factor: str, estimand: Estimand) -> str:
    """Say in words which effect a row has."""
    model = setting.model
    who = "everybody"
    if setting.population is not None:
        who = f"those with {model[setting.population].label.lower()}"
    subject = subject_of(model, factor)
    meant = f" of {model[subject].label}" if subject != factor else ""
    mediators = ", ".join(model[subject_of(model, name)].label for name in estimand.through)
    kinds = {
        "total": f"total effect{meant}",
        "direct": f"natural direct effect{meant} with {mediators} kept as at the low end",
        "mediated": f"effect{meant} mediated by {mediators} (total minus natural direct effect)",
    }
    held = ", who belongs held as without intervention"
    if setting.gate is not None:
        held = f", 0 points without {model[setting.gate].label.lower()}"
    among = f"among {who} ({setting.design.label.lower()}){held}"
    return f"{_MEASURES[estimand.scale]}{kinds[estimand.kind]} {among}"
