"""The codebook of a model: one row for each measured variable, from its declaration."""

from __future__ import annotations

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.variable import Variable
from rlsstudy.problems import plain_number


def codebook(model: CausalModel) -> list[dict[str, str]]:
    """Return what the columns of a cohort mean, in declared order.

    Parameters
    ----------
    model : CausalModel
        The declaration.

    Returns
    -------
    list of dict of str to str
        One dictionary for each measured variable, all with the same keys: name, label, domain,
        kind, unit, lowest, highest, levels, scale, contrast, missing, applies_to, evidence, source.

    Examples
    --------
    >>> from rlsstudy import rls_model
    >>> from rlsstudy.declare.codebook import codebook
    >>> [row["unit"] for row in codebook(rls_model()) if row["name"] == "ferritin"]
    ['µg/L']
    """
    return [_row(variable) for variable in model.measured]


def _row(variable: Variable) -> dict[str, str]:
    lowest, highest = (plain_number(limit) for limit in variable.limits) if variable.limits else ("", "")
    contrast = "" if variable.contrast is None else "{1} vs {0}".format(*map(plain_number, variable.contrast))
    return {
        "name": variable.name,
        "label": variable.label,
        "domain": str(variable.domain),
        "kind": str(variable.kind),
        "unit": variable.unit,
        "lowest": lowest,
        "highest": highest,
        "levels": "; ".join(variable.levels),
        "scale": "" if variable.has_levels else str(variable.scale),
        "contrast": contrast,
        "missing": "; ".join(reason.name for reason in variable.missing),
        "applies_to": variable.applies_to or "everybody",
        "evidence": str(variable.evidence),
        "source": variable.source,
    }
