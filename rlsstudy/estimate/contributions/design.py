"""The columns with which domains enter one joint model, and who is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import qr

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.design import DesignColumns, design_columns, numbers, terms_among
from rlsstudy.estimate.fits.guards import MIN_RESIDUAL_DF, check_rank, varies_not
from rlsstudy.estimate.sparse import without_lone

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from rlsstudy.declare.causal_model import CausalModel

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Roles:
    """Who plays which part in the joint model.

    Parameters
    ----------
    outcome : str
        What is explained.
    covariates : tuple of str
        What is always in.
    domains : mapping of str to tuple of str
        The factors of each domain.
    """

    outcome: str
    covariates: tuple[str, ...]
    domains: Mapping[str, tuple[str, ...]]

    @property
    def explaining(self) -> tuple[str, ...]:
        """All that explains, in the order of the columns."""
        return (*self.covariates, *(name for factors in self.domains.values() for name in factors))

    def among(self, names: Iterable[str]) -> Roles:
        """Return the roles of some of the variables; a domain stays when none of its factors does."""
        kept = set(names)
        domains = {
            domain: tuple(name for name in factors if name in kept)
            for domain, factors in self.domains.items()
        }
        return Roles(self.outcome, tuple(name for name in self.covariates if name in kept), domains)


@dataclass(frozen=True, slots=True, eq=False)
class JointDesign:
    """The joint model of all domains as arrays.

    Parameters
    ----------
    Z : ndarray, shape (n, q)
        Ones, covariates, domain after domain, outcome; all but the ones with mean 0 and standard deviation 1.
    always : int
        Columns of the covariates.
    sizes : tuple of int
        Columns of each domain.
    n : int
        Participants.
    roles : Roles
        What has a column.
    notes : mapping of str to str
        For a variable that has none, why; for one with fewer than it could have, which are left out.
    refusal : str
        Why there can be no estimate; then Z has no columns.
    """

    Z: Floats
    always: int
    sizes: tuple[int, ...]
    n: int
    roles: Roles
    notes: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""


def joint_design(data: pd.DataFrame, model: CausalModel, roles: Roles) -> JointDesign:
    """Find the complete cases of the joint model and its columns.

    Parameters
    ----------
    data : DataFrame, shape (n_participants, n_variables)
        A cohort's data in the population.
    model : CausalModel
        Where the variables are declared.
    roles : Roles
        Outcome, covariates and domains. A variable without a column or a value, or the same for all
        who are in the model, is left out.

    Returns
    -------
    JointDesign
        With a refusal where too few are complete, the outcome does not vary, or columns carry the
        same information.
    """
    notes = {name: why for name in roles.explaining if (why := _unusable(data, name))}
    used = [name for name in roles.explaining if name not in notes]
    outcome = numbers(data[roles.outcome])
    if not used:
        return _refused(roles.among(()), notes, 0, "no factor has a value")
    columns = design_columns(data, model, used)
    complete = ~np.isnan(outcome)
    for name in used:
        complete &= columns.present(name)
    kept, left = without_lone(columns, used, complete)
    terms = {name: terms_among(columns, name, kept) for name in used}
    notes |= {name: f"participants alone at a level of '{name}': left out" for name in left}
    notes |= {name: f"{term.note}: left out" for name, term in terms.items() if term.note}
    roles = roles.among(name for name, term in terms.items() if term.places)
    places = [place for name in roles.explaining for place in terms[name].places]
    n = int(kept.sum())
    refusal = _refusal(columns, places, outcome, kept)
    if refusal:
        return _refused(roles, notes, n, refusal)
    return JointDesign(
        Z=_standardised(columns.values[kept][:, places], outcome[kept]),
        always=sum(len(terms[name].places) for name in roles.covariates),
        sizes=tuple(sum(len(terms[name].places) for name in factors) for factors in roles.domains.values()),
        n=n,
        roles=roles,
        notes=notes,
    )


def _unusable(data: pd.DataFrame, name: str) -> str:
    if name not in data:
        return f"'{name}' is not among the columns of the data: left out"
    return "" if data[name].notna().any() else f"'{name}' has no values: left out"


def _refused(roles: Roles, notes: Mapping[str, str], n: int, why: str) -> JointDesign:
    return JointDesign(np.empty((n, 0)), 0, (), n, roles, notes, why)


def _refusal(columns: DesignColumns, places: Sequence[int], outcome: Floats, kept: Bools) -> str:
    n, p = int(kept.sum()), 1 + len(places)
    if n - p < MIN_RESIDUAL_DF:
        return f"{n} complete participants are too few for {p} coefficients; at least {p + MIN_RESIDUAL_DF} are needed"
    if varies_not(outcome[kept, None])[0]:
        return "the outcome is the same for everybody in this model"
    Z = _standardised(columns.values[kept][:, places], outcome[kept])[:, 1:-1] / np.sqrt(n)
    _, R, pivot = qr(Z, mode="economic", pivoting=True)
    try:
        check_rank(R, pivot, [columns.labels[place] for place in places])
    except EstimationError as error:
        return " ".join(line.strip().removeprefix("- ") for line in str(error).splitlines())
    return ""


def _standardised(X: Floats, y: Floats) -> Floats:
    values = np.column_stack([X, y])
    centred = values - values.mean(axis=0)
    return np.column_stack([np.ones(len(y)), centred / centred.std(axis=0)])
