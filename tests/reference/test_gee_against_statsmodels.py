"""Generalised estimating equations beside those of statsmodels, which iterates and inverts in other ways."""

import warnings

import numpy as np
import pytest

from rlsstudy.estimate.fits.gee import fit_gee

CLOSE = 1e-8  # in standard errors for coefficients, relative for the rest
SETTLED = 1e-11  # far below CLOSE, so that statsmodels' own stopping rule plays no part

pytestmark = pytest.mark.slow  # statsmodels takes a second to be imported, and goes through people one by one


def statsmodels_fit(X, y, groups, correlation, covariance):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own methods, that they will change
        import statsmodels.api as sm

        structure = {"exchangeable": sm.cov_struct.Exchangeable, "independence": sm.cov_struct.Independence}
        model = sm.GEE(
            y, X, groups=groups, cov_struct=structure[correlation](), family=sm.families.Gaussian()
        )
        return model.fit(maxiter=50, ctol=SETTLED, cov_type=covariance)


def visits(seed):
    """Twenty-five people with one to six visits, a covariate of the person and two of the visit."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(25), rng.integers(1, 7, size=25))
    n = len(person)
    exposure = rng.normal(size=25)[person]
    X = np.column_stack([np.ones(n), exposure, rng.normal(50, 10, size=n), rng.random(n) < 0.3])
    y = X @ [10, 2, 0.1, 1] + 2 * rng.normal(size=25)[person] + rng.standard_t(4, size=n) * (1 + exposure**2)
    return X, y, person


@pytest.mark.parametrize("covariance", ["bias_reduced", "robust"])
@pytest.mark.parametrize("correlation", ["exchangeable", "independence"])
@pytest.mark.parametrize("seed", [11, 12])
def test_coefficients_covariance_correlation_and_scale_agree(seed, correlation, covariance):
    X, y, person = visits(seed)
    theirs = statsmodels_fit(X, y, person, correlation, covariance)
    rows = np.random.default_rng(seed).permutation(len(y))
    ours = fit_gee(X[rows], y[rows], groups=person[rows], correlation=correlation, covariance=covariance)
    assert np.abs((ours.coef - theirs.params) / theirs.bse).max() < CLOSE
    assert ours.cov == pytest.approx(theirs.cov_params(), rel=CLOSE)
    assert ours.variance == pytest.approx(theirs.scale, rel=CLOSE)
    if correlation == "exchangeable":
        assert ours.correlation == pytest.approx(theirs.cov_struct.dep_params, rel=CLOSE)
