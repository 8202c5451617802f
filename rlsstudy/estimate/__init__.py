"""What the factors do: regressions in points, the truth of a synthetic cohort, and scores.

The fits on arrays, which the rest stands on, can be used by themselves::

    fit_linear fit_robust fit_quantile      a number
    fit_logistic                            a binary outcome, with Firth's penalty where it is asked for
    fit_ordinal                             ordered values: bands, or every total of a score
    fit_two_part                            who has it, and how severe it is among those
    fit_mixed fit_gee                       several visits, or participants in clusters
    fit_ancova fit_change                   two visits
    average_difference                      from any of them to the unit of the outcome
    screen_linear                           many linear models at once
    bootstrap_linear bootstrap_ordinal      resamples, fitted all at once
    bootstrap                               resamples of any estimator, on several cores
"""

from rlsstudy.estimate.fits.follow_up import fit_ancova, fit_change
from rlsstudy.estimate.fits.gee import GeeFit, fit_gee
from rlsstudy.estimate.fits.gram import ScreenDesign
from rlsstudy.estimate.fits.linear import LinearFit, fit_linear
from rlsstudy.estimate.fits.logistic import LogisticFit, fit_logistic
from rlsstudy.estimate.fits.margins import Difference, average_difference
from rlsstudy.estimate.fits.mixed import MixedFit, fit_mixed
from rlsstudy.estimate.fits.ordinal import OrdinalFit, fit_ordinal
from rlsstudy.estimate.fits.quantile import QuantileFit, fit_quantile
from rlsstudy.estimate.fits.robust import RobustFit, fit_robust
from rlsstudy.estimate.fits.screen import ScreenFit, screen_linear
from rlsstudy.estimate.fits.two_part import TwoPartFit, fit_two_part
from rlsstudy.estimate.resample.bootstrap import Bootstrap
from rlsstudy.estimate.resample.linear_bootstrap import bootstrap_linear
from rlsstudy.estimate.resample.ordinal_bootstrap import bootstrap_ordinal
from rlsstudy.estimate.resample.run import bootstrap

__all__ = [
    "Bootstrap",
    "Difference",
    "GeeFit",
    "LinearFit",
    "LogisticFit",
    "MixedFit",
    "OrdinalFit",
    "QuantileFit",
    "RobustFit",
    "ScreenDesign",
    "ScreenFit",
    "TwoPartFit",
    "average_difference",
    "bootstrap",
    "bootstrap_linear",
    "bootstrap_ordinal",
    "fit_ancova",
    "fit_change",
    "fit_gee",
    "fit_linear",
    "fit_logistic",
    "fit_mixed",
    "fit_ordinal",
    "fit_quantile",
    "fit_robust",
    "fit_two_part",
    "screen_linear",
]
