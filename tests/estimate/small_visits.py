"""The small study with rows for visits, and with variables declared in another way."""

from dataclasses import replace

import numpy as np
import pandas as pd

from rlsstudy.declare import Kind
from tests.estimate.small_study import MODEL, cohort


def declaring(made, *variables):
    """Return the cohort with variables declared anew or besides."""
    return replace(made, study=replace(made.study, model=made.study.model.with_variables(*variables)))


def visits(n=30, each=3):
    """Return a cohort with a row for each participant and visit, and a score of any value."""
    made = cohort(n=n)
    data = pd.concat([made.data] * each, keys=range(each), names=["visit"]).swaplevel().sort_index()
    noise = np.random.default_rng(2).normal(size=(2, len(data)))
    score = 20 + 0.1 * data["age"].to_numpy() + np.repeat(noise[0, :n], each) + noise[1]
    made = replace(made, data=data.assign(score=score), reasons=pd.DataFrame(index=data.index))
    return declaring(made, replace(MODEL["score"], kind=Kind.CONTINUOUS))
