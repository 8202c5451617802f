"""The declared model of RLS: one file per domain, every figure with its source and evidence grade."""

from functools import cache

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.rls import demography, genetic, iron, lifestyle, neurological, outcome, vascular
from rlsstudy.declare.rls.designs import DESIGNS
from rlsstudy.declare.rls.scenarios import SCENARIOS

DEFAULT_FACTORS = (
    "venous_reflux",
    "abi",
    "bmi",
    "hypertension",
    "ferritin",
    "crp",
    "haemoglobin",
    "prs_rls",
    "meis1_rs113851554_dose",
    "btbd9_rs9357271_dose",
    "smoking",
    "physical_activity",
    "caffeine",
    "diabetes",
    "neuropathy",
    "migraine",
)

_DOMAINS = (demography, vascular, iron, genetic, lifestyle, neurological, outcome)


@cache
def rls_model() -> CausalModel:
    """Return the declared model of RLS: its variables, causes, scenarios and designs.

    Returns
    -------
    CausalModel
        About 20 measured causes in five domains with age and sex, presence and severity of RLS as
        two parts, ten IRLS items and their scores.

    Examples
    --------
    >>> from rlsstudy import rls_model
    >>> rls_model()["irls_total"].limits
    (0, 40)
    """
    variables = tuple(variable for domain in _DOMAINS for variable in domain.VARIABLES)
    return CausalModel("Restless legs syndrome", variables, SCENARIOS, DESIGNS)
