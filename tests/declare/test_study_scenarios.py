"""A study file can declare variations of its own, and is told all that is wrong with them."""

import pytest

import rlsstudy as rls
from rlsstudy.errors import StudyFileError

HEAD = """
[study]
title = "A scenario of our own"
data = "synthetic"
factors = ["crp", "abi"]

[synthetic]
design = "population"
scenario = "strong_crp"
n = 200
seed = 1
"""
SCENARIO = """
[scenarios.strong_crp]
question = "What if inflammation made symptoms worse?"
about = "An assumed effect."
references = ["none"]

[[scenarios.strong_crp.effects]]
of = "crp"
on = "rls_severity"
size = 0.5
"""


def written(folder, *parts):
    path = folder / "study.toml"
    path.write_text("".join(parts), encoding="utf-8")
    return path


@pytest.mark.slow
def test_the_declared_arrow_acts_in_the_cohort_and_in_its_truth(tmp_path):
    study = rls.load_study(written(tmp_path, HEAD, SCENARIO))
    assert study.model.in_scenario("strong_crp").causes_of("rls_severity") >= {"crp"}
    truth = rls.true_effect("crp", study=study, design="population")
    plain = rls.true_effect("crp", design="population")
    # Half a standard deviation of severity is about four points; less where the score has its floor.
    assert 3 < truth["truth"].iloc[0] - plain["truth"].iloc[0] < 5
    assert rls.load_cohort(study).n == 200


def test_a_cause_with_levels_has_a_size_for_each(tmp_path):
    effects = SCENARIO.replace('"crp"', '"smoking"').replace(
        "size = 0.5", "size = { former = 0.1, current = 0.4 }"
    )
    study = rls.load_study(written(tmp_path, HEAD, effects))
    (scenario,) = [s for s in study.model.scenarios if s.name == "strong_crp"]
    assert scenario.causes[0][1].size == (("former", 0.1), ("current", 0.4))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'question = "What if inflammation made symptoms worse?"\n',
            "",
            "in [scenarios.strong_crp], 'question' is missing: say in a sentence what the scenario is there to show.",
        ),
        (
            'of = "crp"',
            'of = "crpp"',
            "in [[effects]] 1, 'of' is 'crpp', which is not declared. Did you mean 'crp'?",
        ),
        (
            "size = 0.5\n",
            "",
            "in [[effects]] 1, 'size' is missing: the effect per contrast of the cause, on the scale of the equation.",
        ),
        (
            "size = 0.5",
            "size = { yes = true }",
            "in [[effects]] 1, 'size' must be a number, or one number for each level: "
            "{ former = 0.1, current = 0.3 }.",
        ),
        (
            'of = "crp"',
            'of = "irls_i01"',
            "in [scenarios.strong_crp], causes run in a circle: rls_severity → irls_i01 → rls_severity. "
            "Remove one of these arrows.",
        ),
        (
            "[scenarios.strong_crp]",
            "[scenarios.venous_effect]",
            "in [scenarios.venous_effect], a scenario of this name is declared already. Choose another name.",
        ),
        (
            SCENARIO[SCENARIO.index("[[") :],
            "",
            "in [scenarios.strong_crp], no effect is given. Write [[scenarios.strong_crp.effects]] with 'of', 'on' "
            "and 'size'.",
        ),
    ],
)
def test_what_is_wrong_with_a_scenario_is_said_with_its_place(tmp_path, old, new, problem):
    assert old in SCENARIO
    with pytest.raises(StudyFileError) as caught:
        rls.load_study(written(tmp_path, HEAD, SCENARIO.replace(old, new)))
    assert problem in caught.value.problems
