"""Members of a family share what is declared as shared, and come into a cohort together."""

import numpy as np

from rlsstudy.cohort.calibrate import calibrated
from rlsstudy.cohort.draw import BLOCK, draw_blocks
from rlsstudy.declare import CausalModel, Cause, Design, Domain, Evidence, Kind, Variable
from rlsstudy.declare.equations import Bernoulli, Normal

HALF = np.sqrt(0.5)


def normal(name, *terms, sd=1.0, shared_by=""):
    return Variable(
        name, name, Domain.GENETIC, Kind.CONTINUOUS, contrast=(0, 1), shared_by=shared_by, source="test",
        equation=Normal(baseline=0, sd=sd, terms=terms),
    )  # fmt: skip


SHARED = normal("family_score", shared_by="family")
SCORE = normal("score", Cause("family_score", HALF, Evidence.ASSUMED, "assumed"), sd=HALF)
CASE = Variable(
    "case", "Case", Domain.OUTCOME, Kind.BINARY, levels=("no", "yes"), source="test",
    equation=Bernoulli(baseline=0.1, terms=(Cause("score", 1.0, Evidence.ASSUMED, "assumed"),)),
)  # fmt: skip
MODEL = calibrated(CausalModel("m", (SHARED, SCORE, CASE)))
FAMILIES = Design("families", "Families", family_size=4)


def first_block(design):
    return next(draw_blocks(MODEL, design, 1, ["score", "case"]))


def test_siblings_share_half_of_the_variance_and_strangers_none():
    score = first_block(FAMILIES).values["score"].reshape(-1, 4)
    # Four standard errors of a correlation among 4,096 families.
    assert abs(np.corrcoef(score[:, 0], score[:, 1])[0, 1] - 0.5) < 0.05
    assert abs(np.corrcoef(score[:-1, 0], score[1:, 0])[0, 1]) < 0.063


def test_without_families_the_variable_has_the_same_spread_and_nothing_is_shared():
    score = first_block(Design("population", "Population")).values["score"]
    assert abs(score.std() - 1) < 0.023  # four standard errors at 16,384
    assert abs(np.corrcoef(score[::2], score[1::2])[0, 1]) < 0.045


def test_all_members_are_admitted_when_the_first_one_is():
    admission = Variable(
        "admission", "Admitted", Domain.STUDY, Kind.BINARY, levels=("no", "yes"), measured=False, source="test",
        equation=Bernoulli(baseline=1e-12, terms=(Cause("case", 50.0, Evidence.ASSUMED, "assumed"),)),
    )  # fmt: skip
    block = first_block(Design("affected", "Affected families", admission, family_size=4))
    assert len(block.kept) % 4 == 0 and 0 < len(block.kept) < BLOCK
    np.testing.assert_array_equal(block.kept.reshape(-1, 4)[:, 0] % 4, 0)
    assert (block.values["case"].reshape(-1, 4)[:, 0] == 1).all()
    assert not (block.values["case"] == 1).all()
