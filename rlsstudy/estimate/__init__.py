"""What the factors do: linear effects with robust errors, the truth of a synthetic cohort, and scores."""

from rlsstudy.estimate.fits.gram import ScreenDesign
from rlsstudy.estimate.fits.linear import LinearFit, fit_linear
from rlsstudy.estimate.fits.screen import ScreenFit, screen_linear

__all__ = ["LinearFit", "ScreenDesign", "ScreenFit", "fit_linear", "screen_linear"]
