"""Present medication: drugs that can bring RLS on, and drugs that are given for it.

The first, antidepressants, sedating antihistamines, antipsychotics and antiemetics, are taken for other reasons and
act on RLS (`outcome.py`). The second, dopaminergic drugs, alpha-2-delta ligands, opioids and benzodiazepines, are
consequences of RLS here: who is worse gets them, which is confounding by indication, and users look worse than others.
They are never causes of severity, for that would run in a circle; what they do is declared with the treatments of
the follow-up study.
"""

import math

from rlsstudy.declare.equations import Bernoulli, Cause
from rlsstudy.declare.kinds import NO_YES, Domain, Evidence, Kind
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.rls.gaps import NOT_RETURNED, SKIPPED
from rlsstudy.declare.variable import Variable


def _given_for(condition: str, share: float, otherwise: float) -> Cause:
    """Turn the shares that take a drug with and without a condition into a log odds ratio."""
    size = math.log(share / (1 - share)) - math.log(otherwise / (1 - otherwise))
    why = f"{share:.3g} of those with {condition} take it, {otherwise:.3g} of those without any reason"
    return assumed(condition, round(size, 3), why)


def _drug(
    name: str,
    label: str,
    source: str,
    otherwise: float,
    given: tuple[tuple[str, float], ...] = (),
    more: tuple[Cause, ...] = (),
) -> Variable:
    """Declare a drug: the share that takes it without any reason, and with each condition it is given for."""
    return Variable(
        name=f"med_{name}",
        label=label,
        domain=Domain.LIFESTYLE,
        kind=Kind.BINARY,
        levels=NO_YES,
        missing=(NOT_RETURNED, SKIPPED),
        equation=Bernoulli(
            baseline=otherwise,
            terms=(*(_given_for(condition, share, otherwise) for condition, share in given), *more),
        ),
        source=f"assumed: {source}",
    )


def _worse_more(per_sd: float) -> Cause:
    """Give a drug for RLS more often to those who are worse: a log odds ratio per SD of severity."""
    why = "who is worse is treated more; rls_case is the share at mean severity"
    return assumed("rls_severity", per_sd, why, only_at=("rls_case", "yes"))


# Taken for other reasons; all but bupropion can bring RLS on.
TAKEN_FOR_OTHER_REASONS = (
    _drug(
        "ssri_snri",
        "SSRI or SNRI",
        "40 % with depression, 5 % without",
        otherwise=0.05,
        given=(("depression", 0.40),),
    ),
    _drug(
        "mirtazapine",
        "Mirtazapine",
        "1 % of adults, most of them with depression",
        otherwise=0.004,
        given=(("depression", 0.06),),
    ),
    _drug(
        "tca",
        "Tricyclic antidepressant",
        "2 % of adults, for mood, pain and migraine",
        otherwise=0.01,
        given=(("depression", 0.03), ("neuropathy", 0.06), ("migraine", 0.03)),
    ),
    _drug(
        "bupropion",
        "Bupropion",
        "1 % of adults",
        otherwise=0.003,
        given=(("depression", 0.05),),
        more=(
            Cause(
                "smoking",
                (("former", 0.2), ("current", 0.5)),
                Evidence.ASSUMED,
                "assumed: also given to stop smoking",
            ),
        ),
    ),
    _drug(
        "antihistamine",
        "Sedating antihistamine",
        "5 % of adults, with what is bought as a sleep aid",
        otherwise=0.055,
        more=(
            assumed("usual_sleep", -0.3, "taken as a sleep aid; per hour of usual sleep"),
            assumed("anxiety", 0.4, "taken as a mild sedative"),
            assumed("sex", 0.2, "women more often"),
        ),
    ),
    _drug(
        "antipsychotic",
        "Antiemetic or antipsychotic",
        "2 % of adults; both classes block dopamine",
        otherwise=0.012,
        given=(("depression", 0.05), ("migraine", 0.03)),
    ),
)

# Given for RLS among other things: consequences of severity, never its causes.
GIVEN_FOR_RLS = (
    _drug(
        "dopamine_agonist",
        "Dopamine agonist",
        "4 % at mean severity of RLS, a third in Parkinson's disease, hardly anybody else",
        otherwise=0.0005,
        given=(("rls_case", 0.04), ("parkinson", 0.35)),
        more=(_worse_more(0.9),),
    ),
    _drug(
        "levodopa",
        "Levodopa",
        "1.5 % at mean severity of RLS, three quarters in Parkinson's disease, hardly anybody else",
        otherwise=0.0003,
        given=(("rls_case", 0.015), ("parkinson", 0.75)),
        more=(_worse_more(0.6),),
    ),
    _drug(
        "alpha2delta",
        "Alpha-2-delta ligand",
        "2 % of adults, for nerve pain, anxiety and RLS",
        otherwise=0.012,
        given=(("rls_case", 0.045), ("neuropathy", 0.12), ("anxiety", 0.03)),
        more=(_worse_more(0.8),),
    ),
    _drug(
        "opioid",
        "Opioid",
        "2 to 3 % of adults, for pain",
        otherwise=0.018,
        given=(("rls_case", 0.03), ("arthritis", 0.05), ("neuropathy", 0.05)),
        more=(_worse_more(0.7),),
    ),
    _drug(
        "benzodiazepine",
        "Benzodiazepine or related hypnotic",
        "4 % of adults, for anxiety and sleep",
        otherwise=0.025,
        given=(("rls_case", 0.045), ("anxiety", 0.09), ("depression", 0.06)),
        more=(
            _worse_more(0.6),
            assumed("age", 0.1, "older people more often"),
            assumed("usual_sleep", -0.2, "given for sleep; per hour of usual sleep"),
        ),
    ),
)

VARIABLES = (*TAKEN_FOR_OTHER_REASONS, *GIVEN_FOR_RLS)
