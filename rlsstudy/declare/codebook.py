"""The codebook of a model: one row for each variable, from its declaration."""

from __future__ import annotations

import math

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.kinds import Kind
from rlsstudy.declare.missingness import MissingReason, mechanism
from rlsstudy.declare.text_forms import write_day
from rlsstudy.declare.variable import Variable
from rlsstudy.problems import plain_number


def codebook(model: CausalModel, *, measured: bool = True) -> list[dict[str, str]]:
    """Return what the columns of a cohort mean, in declared order.

    Parameters
    ----------
    model : CausalModel
        The declaration, in the design whose gaps are asked about: ``model.in_design("sleep_clinic")``.
    measured : bool
        False for the latent variables, which no cohort's data have.

    Returns
    -------
    list of dict of str to str
        One dictionary for each variable, all with the same keys: name, label, domain, kind, unit,
        other_units, lowest, highest, levels, resolution, detected_from, detected_to, scale, contrast,
        missing, applies_to, stands_for, derived, code, evidence, source. Under ``missing`` stands every reason
        with its share, its mechanism (MCAR, MAR, MNAR or by design) and what it depends on.

    Examples
    --------
    >>> from rlsstudy import rls_model
    >>> from rlsstudy.declare.codebook import codebook
    >>> ferritin = next(row for row in codebook(rls_model()) if row["name"] == "ferritin")
    >>> ferritin["unit"], ferritin["code"], ferritin["stands_for"]
    ('µg/L', 'LOINC 2276-4', 'body_iron: 100 vs 50')
    """
    return [_row(variable, model) for variable in model if variable.measured is measured]


def describe_gap(variable: Variable, reason: MissingReason, model: CausalModel) -> str:
    """Say of a reason for gaps how often it is, by which mechanism, and on what it depends.

    Parameters
    ----------
    variable : Variable
        The variable that has the gap.
    reason : MissingReason
        One of its reasons.
    model : CausalModel
        The declaration of both.

    Returns
    -------
    str
        For example ``"no blood drawn (8 %, MAR: age, sex)"``.
    """
    if variable.equation is not None and variable.equation.is_derived:
        return f"{reason.name} (as in its parts)"
    if not reason.share:
        return f"{reason.name} (none simulated)"
    how = mechanism(variable.name, reason, model.by_name)
    on = ", ".join(dict.fromkeys(name for cause in reason.causes for name in cause.names))
    # Ten digits are enough for a share, and hide that 0.07 times 100 is not 7 in binary.
    share = plain_number(float(f"{100 * reason.share:.10g}"))
    return f"{reason.name} ({share} %, {how}{': ' if on else ''}{on})"


def _row(variable: Variable, model: CausalModel) -> dict[str, str]:
    lowest, highest = (_bound(limit, variable) for limit in variable.limits or (None, None))
    detected_from, detected_to = (_bound(limit, variable) for limit in variable.detection)
    derived = variable.equation is not None and variable.equation.is_derived
    return {
        "name": variable.name,
        "label": variable.label,
        "domain": str(variable.domain),
        "kind": str(variable.kind),
        "unit": variable.unit,
        "other_units": "; ".join(f"{unit} (× {factor:.10g})" for unit, factor in variable.other_units),
        "lowest": lowest,
        "highest": highest,
        "levels": "; ".join(variable.levels),
        "resolution": "" if variable.resolution is None else plain_number(variable.resolution),
        "detected_from": detected_from,
        "detected_to": detected_to,
        "scale": "" if variable.has_levels or variable.is_carried else str(variable.scale),
        "contrast": "" if variable.contrast is None else _versus(variable.contrast),
        "missing": "; ".join(describe_gap(variable, reason, model) for reason in variable.missing),
        "applies_to": variable.applies_to or "everybody",
        "stands_for": _state(variable),
        "derived": "yes" if derived else "no",
        "code": variable.code,
        "evidence": str(variable.evidence),
        "source": variable.source,
    }


def _bound(bound: float | None, variable: Variable) -> str:
    """Write one end of a range; nothing where it is open."""
    if bound is None or math.isinf(bound):
        return ""
    return write_day(bound) if variable.kind is Kind.DATE else plain_number(bound)


def _versus(contrast: tuple[float, float]) -> str:
    return "{1} vs {0}".format(*map(plain_number, contrast))


def _state(variable: Variable) -> str:
    if variable.stands_for is None:
        return ""
    state, low, high = variable.stands_for
    return f"{state}: {high:.4g} vs {low:.4g}"
