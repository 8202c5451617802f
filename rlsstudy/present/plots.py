"""The forest plot of effects and the distribution of the outcome."""

from __future__ import annotations

from rlsstudy.present.forest_plot import plot_effects
from rlsstudy.present.outcome_plot import plot_outcome

__all__ = ["plot_effects", "plot_outcome"]
