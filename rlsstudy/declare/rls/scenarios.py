"""Named variations of the model, each with the question it is there for."""

from dataclasses import replace
from math import inf

from rlsstudy.declare.equations import Cause, Normal
from rlsstudy.declare.kinds import Domain, Evidence, Kind
from rlsstudy.declare.rls.follow_up import ABLATION_EFFECT_CHANGES, STRONG_DROPOUT_CHANGES
from rlsstudy.declare.rls.iron_markers import BTBD9_EFFECT
from rlsstudy.declare.rls.outcome import SEVERITY
from rlsstudy.declare.variable import Variable
from rlsstudy.declare.variations import Scenario

_HERE = "assumed for this scenario"


def _arrow(
    name: str,
    size: float,
    why: str = "",
    times: str = "",
    acts_between: tuple[float, float] = (-inf, inf),
) -> Cause:
    """Return an arrow whose size is assumed for a scenario."""
    source = f"{_HERE}: {why}" if why else _HERE
    return Cause(name, size, Evidence.ASSUMED, source, acts_between=acts_between, times=times)


def _on_both(
    name: str, on_rls: float, on_severity: float, acts_between: tuple[float, float] = (-inf, inf)
) -> tuple[tuple[str, Cause], ...]:
    """Return the arrows of one cause into both parts of the outcome."""
    return (
        ("rls_case", _arrow(name, on_rls, acts_between=acts_between)),
        ("rls_severity", _arrow(name, on_severity, acts_between=acts_between)),
    )


def _latent(name: str, label: str) -> Variable:
    return Variable(
        name=name,
        label=label,
        domain=Domain.OUTCOME,
        kind=Kind.CONTINUOUS,
        unit="SD",
        contrast=(0, 1),
        measured=False,
        equation=Normal(baseline=0, sd=1),
        source=_HERE,
    )


def _with_own_sd(severity: Variable, sd: float) -> Variable:
    assert isinstance(severity.equation, Normal)
    return replace(severity, equation=replace(severity.equation, sd=sd))


# What is left of severity's own spread; among people with RLS it varies a sixth less than by default.
_OWN_SD_WHEN_SHARED = 0.45
_NO_STORES, _NO_BRAIN, _NO_ANAEMIA = (
    _on_both(name, 0.0, 0.0) for name in ("body_iron", "brain_iron", "ida_state")
)

VENOUS_EFFECT = Scenario(
    "venous_effect",
    "What would the tables look like if venous disease did cause RLS and make it worse?",
    causes=_on_both("venous_disease", 0.18, 0.10),
    about="By default venous disease has no effect, because there is no controlled evidence for one. Here one SD of venous "
    "disease raises the odds of RLS by a fifth and severity by a tenth of an SD, the upper end of what sceptics and "
    "supporters could both live with. Compare the vein clinic with the population: the clinic hides the effect.",
    references=("Hayes 2008", "Sundaresan 2019, Cureus 11:e4368", "Dezube 2021, doi 10.1055/s-0041-1730447"),
)
SHARED_ERRORS = Scenario(
    "shared_errors",
    "What does studying only people with RLS do, when hidden causes of having it also make it worse?",
    (_latent("rls_susceptibility", "Unmeasured susceptibility"), _with_own_sd(SEVERITY, _OWN_SD_WHEN_SHARED)),
    (
        ("rls_case", _arrow("rls_susceptibility", 1.8, "one SD is one SD of a logistic distribution")),
        (
            "rls_severity",
            _arrow("rls_susceptibility", 0.78, "the errors of the two parts correlate by about 0.6"),
        ),
    ),
    about="Those who have RLS without a given cause needed more of another one. When such hidden causes also make RLS worse, "
    "effects on severity among people with RLS are biased towards zero and past it, whatever is adjusted for: "
    "index-event bias.",
    references=("Dudbridge 2019, index-event bias", "docs/decisions/0003-presence-and-severity.md"),
)
NULL_IRON = Scenario(
    "null_iron",
    "What do the tables show when iron plays no part at all?",
    causes=(*_NO_STORES, *_NO_BRAIN, *_NO_ANAEMIA),
    about="No arrow leads from iron stores, brain iron or anaemia to RLS or its severity. Whatever ferritin shows here comes "
    "from what it shares with inflammation, sex and age, and from chance.",
    references=("Didriksen 2017, PMID 28735922: ferritin unrelated to RLS in 13,448 donors",),
)
LOG_LINEAR_IRON = Scenario(
    "log_linear_iron",
    "What if every halving of iron stores counted the same, from the highest to the lowest?",
    causes=(*_on_both("body_iron", -0.25, -0.15), *_NO_BRAIN, *_NO_ANAEMIA),
    about="A straight line in the logarithm of iron stores, for having RLS and for severity, and nothing else of iron. The "
    "usual model of log ferritin is right here, but for what ferritin measures with error.",
    references=("Sun 1998, Sleep 21:371",),
)
THRESHOLD_IRON = Scenario(
    "threshold_iron",
    "What if iron mattered only to those who have next to none?",
    causes=(*_on_both("body_iron", -0.6, -0.35, acts_between=(1.0, 30.0)), *_NO_BRAIN),
    about="Below 30 µg/L each halving of stores counts heavily, above nothing happens; anaemia keeps its declared effect. A "
    "straight line in log ferritin misses the threshold and spreads the effect over people who have none.",
    references=("Allen 2013, PMID 23494945",),
)
CONFOUNDED = Scenario(
    "confounded",
    "What if poor health that nobody measured lay behind several factors and behind severity?",
    (_latent("frailty", "Unmeasured frailty"),),
    (
        *_on_both("frailty", 0.3, 0.25),
        ("activity_true", _arrow("frailty", -0.35, "the frail move less")),
        ("venous_disease", _arrow("frailty", 0.3, "the frail have worse veins")),
        ("body_iron", _arrow("frailty", -0.15, "the frail have less iron")),
        ("perceived_stress", _arrow("frailty", 1.5, "the frail are under more stress")),
    ),
    about="The graph knows about frailty and the file does not have it. Effects that depend on it are not identified, and the "
    "package says so; an analysis with another graph in mind finds effects of veins and of inactivity that are not there.",
    references=("Hernán and Robins 2020, Causal Inference: What If",),
)
GENE_ENVIRONMENT = Scenario(
    "gene_environment",
    "What if activity helped most those whose genes put them at risk?",
    causes=(
        ("rls_severity", _arrow("activity_true", -0.10, "at the mean polygenic score")),
        ("rls_severity", _arrow("activity_true", -0.10, "more for each SD of the score", times="prs_rls")),
    ),
    about="A doubling of activity lowers severity by a tenth of an SD at the mean polygenic score, by twice that one SD above it, "
    "and not at all one SD below. The effect that is averaged over people tells half of the story.",
    references=("none: an interaction of this kind has not been shown",),
)
BTBD9_FERRITIN = Scenario(
    "btbd9_ferritin",
    "What does a gene show as an instrument when it acts on the outcome by another way too?",
    causes=(("ferritin", BTBD9_EFFECT),),
    about="Each BTBD9 risk allele lowers ferritin by 13 %, as in Icelandic families, and also makes RLS more likely by a way that "
    "has nothing to do with iron. As an instrument it seems to show that iron matters; a score of iron genes, which "
    "acts by iron alone, does not.",
    references=("Stefansson 2007", "Oexle 2013, doi 10.1038/ejhg.2012.193"),
)

STRONG_DROPOUT = Scenario(
    "strong_dropout",
    "What happens to a trial when those who do badly stay away?",
    STRONG_DROPOUT_CHANGES,
    about="Whether somebody comes to a visit depends on how bad symptoms are at that visit, which is not seen when they do not "
    "come: missing not at random. Those who are left look better than all would, most in arms that do little.",
    references=("assumed: no study has measured it",),
    design="follow_up_trial",
)
ABLATION_EFFECT = Scenario(
    "ablation_effect",
    "What would a controlled trial show if closing a vein did relieve RLS in those with reflux?",
    ABLATION_EFFECT_CHANGES,
    about="By default ablation does nothing beyond the placebo response, and an uncontrolled series still falls by six or seven "
    "points. Here it also acts in those who have reflux. Compare the fall within the arm, which hardly tells the two apart, with "
    "the difference to placebo, which does.",
    references=("Hayes 2008", "Sundaresan 2019, Cureus 11:e4368"),
    design="follow_up_trial",
)

SCENARIOS = (
    VENOUS_EFFECT,
    SHARED_ERRORS,
    NULL_IRON,
    LOG_LINEAR_IRON,
    THRESHOLD_IRON,
    CONFOUNDED,
    GENE_ENVIRONMENT,
    BTBD9_FERRITIN,
    STRONG_DROPOUT,
    ABLATION_EFFECT,
)
