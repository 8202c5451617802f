"""The declared model of RLS: one file per domain, every figure with its source and evidence grade."""

from functools import cache

from rlsstudy.declare.causal_model import CausalModel
from rlsstudy.declare.rls import (
    demography,
    diagnosis,
    genetic,
    irls,
    iron,
    iron_markers,
    lifestyle,
    medication,
    mind_and_sleep,
    neurological,
    outcome,
    sleep_outcomes,
    vascular,
    venous,
)
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

_DOMAINS = (
    *(demography, vascular, venous, iron, iron_markers, genetic),
    *(lifestyle, mind_and_sleep, medication, neurological),
    *(outcome, irls, diagnosis, sleep_outcomes),
)


@cache
def rls_model() -> CausalModel:
    """Return the declared model of RLS: its variables, causes, scenarios and designs.

    Returns
    -------
    CausalModel
        Some 160 variables, latent ones among them, in five domains with age and sex; presence and severity of RLS as
        two parts, ten IRLS items and their scores, and what RLS does to sleep, mood and treatment.

    Examples
    --------
    >>> from rlsstudy import rls_model
    >>> rls_model()["irls_total"].limits
    (0, 40)
    """
    variables = tuple(variable for domain in _DOMAINS for variable in domain.VARIABLES)
    return CausalModel("Restless legs syndrome", variables, SCENARIOS, DESIGNS)
