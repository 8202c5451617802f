"""Named variations of the model, each with the question it is there for."""

from dataclasses import replace

from rlsstudy.declare.equations import Cause, Normal
from rlsstudy.declare.kinds import Domain, Evidence, Kind
from rlsstudy.declare.rls.outcome import RLS_CASE, SEVERITY
from rlsstudy.declare.rls.vascular import VENOUS_EFFECT
from rlsstudy.declare.variable import Variable
from rlsstudy.declare.variations import Scenario

_HIDDEN = Variable(
    name="rls_susceptibility",
    label="Unmeasured susceptibility",
    domain=Domain.OUTCOME,
    kind=Kind.CONTINUOUS,
    unit="SD",
    contrast=(0, 1),
    measured=False,
    equation=Normal(baseline=0, sd=1),
    source="assumed for this scenario",
)
_SHARED = Cause(
    "rls_susceptibility", 1.8, Evidence.ASSUMED, "assumed: one SD is one SD of a logistic distribution"
)
_SHARED_SEVERITY = Cause(
    "rls_susceptibility", 0.82, Evidence.ASSUMED, "assumed: the errors of the two parts correlate by 0.6"
)
_OWN_SD_WHEN_SHARED = 0.50  # what is left of severity's own spread, so that its variance stays what it was


def _with_terms(variable: Variable, *terms: Cause) -> Variable:
    """Return the variable with these causes added, or in place of their namesakes."""
    assert variable.equation is not None
    named = {term.name: term for term in (*variable.equation.terms, *terms)}
    return replace(variable, equation=replace(variable.equation, terms=tuple(named.values())))


def _with_own_sd(severity: Variable) -> Variable:
    assert isinstance(severity.equation, Normal)
    return replace(severity, equation=replace(severity.equation, sd=_OWN_SD_WHEN_SHARED))


SCENARIOS = (
    Scenario(
        "venous_effect",
        "What would the tables look like if venous reflux did make symptoms worse?",
        (_with_terms(SEVERITY, VENOUS_EFFECT),),
    ),
    Scenario(
        "shared_errors",
        "What does studying only people with RLS do, when hidden causes of having it also make it worse?",
        (_HIDDEN, _with_terms(RLS_CASE, _SHARED), _with_own_sd(_with_terms(SEVERITY, _SHARED_SEVERITY))),
    ),
)
