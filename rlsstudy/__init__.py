"""Cohort studies of restless legs syndrome, declared once.

The public names, by stage; each is loaded when it is first used::

    declare   Variable CausalModel Study rls_model load_study
    cohort    simulate_cohort stream_cohort load_cohort load_synthetic check_file stack_visits stack_reasons
              synthetic_file write_messy score_cleaning correct_data
    estimate  estimate_effects true_effect Estimand score_effects bias_waterfall Flaws category_effects
              effect_modification dose_response Shape domain_contributions adjust_p_values fit_formula
              diagnose_model
    present   tabulate_cohort tabulate_ledger tabulate_effects tabulate_models tabulate_model
              tabulate_diagnostics describe_cohort describe_effects plot_effects plot_dose_response
              plot_diagnostics plot_graph plot_outcome
    deliver   tabulate_provenance copy_notebooks render_report render_codebook

Errors are under ``rlsstudy.errors``. For research and teaching; not medical advice.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rlsstudy import errors

if TYPE_CHECKING:
    from rlsstudy.cohort.check import check_file
    from rlsstudy.cohort.mess.cleaning import correct_data, score_cleaning
    from rlsstudy.cohort.mess.write_messy import write_messy
    from rlsstudy.cohort.packaged import load_synthetic, synthetic_file
    from rlsstudy.cohort.read import load_cohort
    from rlsstudy.cohort.simulate import simulate_cohort
    from rlsstudy.cohort.stream import stream_cohort
    from rlsstudy.cohort.visits import stack_reasons, stack_visits
    from rlsstudy.declare.causal_model import CausalModel
    from rlsstudy.declare.rls import rls_model
    from rlsstudy.declare.study import Study
    from rlsstudy.declare.study_file import load_study
    from rlsstudy.declare.variable import Variable
    from rlsstudy.deliver.codebook import render_codebook
    from rlsstudy.deliver.notebooks import copy_notebooks
    from rlsstudy.deliver.provenance import tabulate_provenance
    from rlsstudy.deliver.report import render_report
    from rlsstudy.estimate.bias.flaws import Flaws
    from rlsstudy.estimate.bias.waterfall import bias_waterfall
    from rlsstudy.estimate.category_effects import category_effects
    from rlsstudy.estimate.contributions.domain_contributions import domain_contributions
    from rlsstudy.estimate.diagnose.diagnose import diagnose_model
    from rlsstudy.estimate.effects import estimate_effects
    from rlsstudy.estimate.formula.fit_formula import fit_formula
    from rlsstudy.estimate.modification.effect_modification import effect_modification
    from rlsstudy.estimate.multiplicity import adjust_p_values
    from rlsstudy.estimate.shape.dose_response import dose_response
    from rlsstudy.estimate.shape.shape import Shape
    from rlsstudy.estimate.truth.estimand import Estimand
    from rlsstudy.estimate.truth.score import score_effects
    from rlsstudy.estimate.truth.true_effect import true_effect
    from rlsstudy.present.curve_plot import plot_dose_response
    from rlsstudy.present.diagnostics_plot import plot_diagnostics
    from rlsstudy.present.diagnostics_table import tabulate_diagnostics
    from rlsstudy.present.graph_plot import plot_graph
    from rlsstudy.present.models_table import tabulate_models
    from rlsstudy.present.plots import plot_effects, plot_outcome
    from rlsstudy.present.prose import describe_cohort, describe_effects
    from rlsstudy.present.tables import tabulate_cohort, tabulate_effects, tabulate_ledger, tabulate_model

__version__ = "0.1.0"

_HOMES = {
    "CausalModel": "declare.causal_model",
    "Estimand": "estimate.truth.estimand",
    "Flaws": "estimate.bias.flaws",
    "Shape": "estimate.shape.shape",
    "Study": "declare.study",
    "Variable": "declare.variable",
    "adjust_p_values": "estimate.multiplicity",
    "bias_waterfall": "estimate.bias.waterfall",
    "category_effects": "estimate.category_effects",
    "check_file": "cohort.check",
    "copy_notebooks": "deliver.notebooks",
    "correct_data": "cohort.mess.cleaning",
    "describe_cohort": "present.prose",
    "describe_effects": "present.prose",
    "diagnose_model": "estimate.diagnose.diagnose",
    "domain_contributions": "estimate.contributions.domain_contributions",
    "dose_response": "estimate.shape.dose_response",
    "effect_modification": "estimate.modification.effect_modification",
    "estimate_effects": "estimate.effects",
    "fit_formula": "estimate.formula.fit_formula",
    "load_cohort": "cohort.read",
    "load_study": "declare.study_file",
    "load_synthetic": "cohort.packaged",
    "plot_diagnostics": "present.diagnostics_plot",
    "plot_dose_response": "present.curve_plot",
    "plot_effects": "present.plots",
    "plot_graph": "present.graph_plot",
    "plot_outcome": "present.plots",
    "render_codebook": "deliver.codebook",
    "render_report": "deliver.report",
    "rls_model": "declare.rls",
    "score_cleaning": "cohort.mess.cleaning",
    "score_effects": "estimate.truth.score",
    "simulate_cohort": "cohort.simulate",
    "stack_reasons": "cohort.visits",
    "stack_visits": "cohort.visits",
    "stream_cohort": "cohort.stream",
    "synthetic_file": "cohort.packaged",
    "tabulate_cohort": "present.tables",
    "tabulate_diagnostics": "present.diagnostics_table",
    "tabulate_effects": "present.tables",
    "tabulate_ledger": "present.tables",
    "tabulate_model": "present.tables",
    "tabulate_models": "present.models_table",
    "tabulate_provenance": "deliver.provenance",
    "true_effect": "estimate.truth.true_effect",
    "write_messy": "cohort.mess.write_messy",
}

__all__ = [
    "CausalModel",
    "Estimand",
    "Flaws",
    "Shape",
    "Study",
    "Variable",
    "adjust_p_values",
    "bias_waterfall",
    "category_effects",
    "check_file",
    "copy_notebooks",
    "correct_data",
    "describe_cohort",
    "describe_effects",
    "diagnose_model",
    "domain_contributions",
    "dose_response",
    "effect_modification",
    "errors",
    "estimate_effects",
    "fit_formula",
    "load_cohort",
    "load_study",
    "load_synthetic",
    "plot_diagnostics",
    "plot_dose_response",
    "plot_effects",
    "plot_graph",
    "plot_outcome",
    "render_codebook",
    "render_report",
    "rls_model",
    "score_cleaning",
    "score_effects",
    "simulate_cohort",
    "stack_reasons",
    "stack_visits",
    "stream_cohort",
    "synthetic_file",
    "tabulate_cohort",
    "tabulate_diagnostics",
    "tabulate_effects",
    "tabulate_ledger",
    "tabulate_model",
    "tabulate_models",
    "tabulate_provenance",
    "true_effect",
    "write_messy",
]


if not TYPE_CHECKING:  # type checkers see the imports above, and would take every other name for Any

    def __getattr__(name: str) -> Any:
        """Load a public name when it is first used, so that importing the package costs nothing."""
        if name not in _HOMES:
            raise AttributeError(f"module 'rlsstudy' has no attribute '{name}'")
        value = getattr(import_module(f"rlsstudy.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """List the public names, for completion."""
    return [*__all__, "__version__"]
