"""The bootstrap of any estimator: the same on any number of workers, failures counted, interruptions clean."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rlsstudy.errors import EstimationError
from rlsstudy.estimate.resample.draws import plan_draws
from rlsstudy.estimate.resample.linear_bootstrap import bootstrap_linear
from rlsstudy.estimate.resample.run import bootstrap, jackknife_influence

ROOT = Path(__file__).resolve().parents[2]
EXACT = 1e-12  # a few roundings


def least_squares(X, y):
    return np.linalg.lstsq(X, y)[0]


def sample(n=60, seed=3):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=n)])
    return X, X @ [3.0, 2.0] + rng.normal(size=n)


def refusal(*arguments, **options):
    with pytest.raises(EstimationError) as caught:
        bootstrap(*arguments, **options)
    return str(caught.value)


def test_least_squares_has_the_replicates_of_the_linear_bootstrap():
    X, y = sample()
    found = bootstrap(least_squares, [X, y], reps=30, seed=1)
    assert found.replicates == pytest.approx(bootstrap_linear(X, y, reps=30, seed=1).replicates, abs=1e-10)
    assert found.estimate == pytest.approx(least_squares(X, y), abs=EXACT)


def test_whole_clusters_are_drawn():
    clusters = np.repeat(np.arange(50), 2)
    boot = bootstrap(lambda c: len(np.unique(c)), [clusters], reps=20, seed=1, clusters=clusters)
    drawn = plan_draws(100, reps=20, seed=1, kind="cluster", clusters=clusters).weights(0, 20)
    assert boot.replicates[:, 0].tolist() == (drawn > 0).sum(axis=1).tolist()


def test_progress_is_told_until_all_are_done():
    told = []
    bootstrap(np.mean, [np.arange(9.0)], reps=120, seed=1, progress=lambda *done: told.append(done))
    assert told[0] == (3, 120)
    assert told[-1] == (120, 120)


def fails_without_the_first(values):
    if 0 not in values:
        raise ValueError("participant 17 is not here")
    return values.mean()


def test_failures_are_counted_by_kind_and_tell_nothing_of_anybody():
    boot = bootstrap(fails_without_the_first, [np.arange(50.0)], reps=200, seed=1)
    without = (plan_draws(50, reps=200, seed=1).weights(0, 200)[:, 0] == 0).sum()
    assert boot.failed == without
    assert (boot.status, boot.note) == (
        "flagged",
        f"{without} of 200 replicates failed and are left out: ValueError ({without})",
    )


def test_an_estimate_that_is_not_finite_or_of_another_shape_is_a_failure():
    def changing(values):
        return {5: [np.nan, 0.0], 4: [0.0]}.get(len(np.unique(values)), [0.0, 1.0])

    boot = bootstrap(changing, [np.arange(7)], reps=60, seed=1)
    distinct = (plan_draws(7, reps=60, seed=1).weights(0, 60) > 0).sum(axis=1)
    five, four = (distinct == 5).sum(), (distinct == 4).sum()
    assert five and four
    assert boot.note == (
        f"{five + four} of 60 replicates failed and are left out: "
        f"an estimate that is not finite ({five}), another number of estimates ({four})"
    )


def test_up_to_one_in_twenty_failures_are_noted_and_not_flagged():
    def rarely(values):
        return np.nan if (values == 0).sum() > 3 else 1.0

    boot = bootstrap(rarely, [np.arange(40)], reps=400, seed=1)
    assert 0 < boot.failed <= 20
    assert boot.status == "ok"
    assert boot.note.startswith(f"{boot.failed} of 400 replicates failed")


def test_a_run_in_which_all_fail_is_refused():
    def only_once(values):
        if len(np.unique(values)) < 40:
            raise KeyError("no")
        return 1.0

    assert refusal(only_once, [np.arange(40)], reps=30, seed=1) == (
        "30 of 30 replicates of the bootstrap gave no estimate: KeyError (30). "
        "Merge small levels, take fewer columns, or use another estimate of the error."
    )


def test_an_error_on_the_data_themselves_is_raised_as_it_is():
    with pytest.raises(ValueError, match="participant 17"):
        bootstrap(fails_without_the_first, [np.arange(1.0, 9)], reps=9, seed=1)


def test_what_cannot_be_resampled_is_refused():
    assert refusal(np.mean, [np.arange(3), np.arange(4)], reps=9, seed=1) == (
        "The arrays have shapes (3,), (4,). Allowed: one or more arrays with a row for each participant, "
        "the same participants in the same order."
    )
    assert refusal(lambda x: x[:2] / 0.0, [np.zeros(4) + np.inf], reps=9, seed=1) == (
        "The estimator gives 0 missing and 2 infinite of 2 estimates before anything is resampled. "
        "Correct the estimator or the data."
    )
    assert refusal(np.mean, [np.arange(3)], reps=9, seed=1, workers=0) == (
        "workers is a whole number from 1, not 0."
    )


def test_the_jackknife_of_a_mean_is_the_distance_from_it():
    y = np.array([1.0, 2.0, 3.0, 6.0])
    assert jackknife_influence(np.mean, [y])[:, 0] == pytest.approx((y - 3) / 3, abs=EXACT)
    by_pair = jackknife_influence(np.mean, [y], clusters=["a", "a", "b", "b"])
    assert by_pair[:, 0] == pytest.approx([-1.5, 1.5], abs=EXACT)


def test_a_bootstrap_that_is_given_influence_has_bca_intervals():
    y = np.random.default_rng(1).exponential(size=40)
    boot = bootstrap(np.mean, [y], reps=999, seed=1)
    boot = replace(boot, influence=jackknife_influence(np.mean, [y]))
    linear = bootstrap_linear(np.ones((40, 1)), y, reps=999, seed=1)
    assert boot.conf_int("bca") == pytest.approx(linear.conf_int("bca"), rel=1e-9)


@pytest.mark.slow
def test_the_number_of_workers_does_not_matter():
    X, y = sample()
    alone = bootstrap(least_squares, [X, y], reps=101, seed=1)
    for workers in (2, 3):
        told = []
        shared = bootstrap(
            lambda X, y: np.linalg.lstsq(X, y)[0],
            [X, y],
            reps=101,
            seed=1,
            workers=workers,
            progress=lambda *done, told=told: told.append(done),
        )
        assert np.array_equal(shared.replicates, alone.replicates)
        assert told[-1] == (101, 101)


INTERRUPTED = """
import time
import numpy as np
from rlsstudy.estimate.resample.run import bootstrap

def slowly(values):
    time.sleep(0.01)
    return values.mean()

try:
    bootstrap(slowly, [np.arange(9.0)], reps=5_000, seed=1, workers=2, progress=lambda *done: print("on", flush=True))
except KeyboardInterrupt:
    print("interrupted", flush=True)
    time.sleep(60)
"""


def workers_of(parent: int) -> list[int]:
    """List the processes of joblib that a process started."""
    found = subprocess.run(
        ["ps", "-ww", "--ppid", str(parent), "-o", "pid=,args="], capture_output=True, text=True, check=False
    ).stdout
    return [int(line.split()[0]) for line in found.splitlines() if "LokyProcess" in line]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("ps") is None or sys.platform != "linux", reason="lists processes with ps")
def test_an_interruption_leaves_no_worker_behind():
    command = [sys.executable, "-c", INTERRUPTED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as run:
        assert run.stdout.readline() == "on\n"
        assert len(workers_of(run.pid)) == 2
        os.kill(run.pid, signal.SIGINT)
        while (line := run.stdout.readline()) == "on\n":
            pass
        assert line == "interrupted\n"
        deadline = time.monotonic() + 10
        while workers_of(run.pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        left = workers_of(run.pid)
        run.kill()
    assert left == []
