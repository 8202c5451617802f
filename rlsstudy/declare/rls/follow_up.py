"""A randomised trial of thirteen arms with visits in weeks 0, 4, 12 and 52: the graph unrolled in time.

Severity at a visit is a person's own course (a lasting part, and a spell that passes) less the placebo response
less what treatment does (`treatments.py`). Regression to the mean is declared nowhere: it follows from
admitting people whose IRLS at entry was 15 or more, and who come when it is worse than usual.

The items of the scale err anew at every visit, so that even unchanged severity gives a retest correlation of 0.91.
"""

from dataclasses import replace
from math import exp, sqrt

from rlsstudy.declare.equations import (
    BandOf,
    Bernoulli,
    ByLevel,
    Cause,
    Condition,
    Normal,
    Ordinal,
    RatioOf,
    RelativeRisk,
    RuleOf,
    SumOf,
    WeightedSum,
)
from rlsstudy.declare.kinds import Domain, Evidence, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.repeated import at_visit, visit_name
from rlsstudy.declare.rls import irls as scale
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.rls.treatments import (
    ADHERENCE,
    ADVERSE_EVENT,
    ARM,
    AUGMENTATION,
    CONTINUED,
    EXPECTS_BENEFIT,
    OPEN_LABEL,
    PLACEBO_RESPONSE,
    ablation_effect,
    placebo_effect,
    treatment_terms,
    treatment_variable,
    yes_no,
)
from rlsstudy.declare.variable import Variable
from rlsstudy.declare.variations import Design

VISITS = (4, 12, 52)  # weeks after the baseline visit
_BEFORE = dict(zip(VISITS, (0, *VISITS[:-1]), strict=True))

LASTING = 0.80  # share of the variance of severity that lasts
_SPELL_WEEKS = 14  # after so many weeks a spell has faded to 1/e
_WEEKLY_SD = 0.05  # what differs from one week to another

# --- who takes part -------------------------------------------------------------------------------

CONTRAINDICATION = yes_no(
    "treatment_contraindication",
    "Contraindication to a treatment of the trial",
    Bernoulli(baseline=0.08, terms=(assumed("age", 0.3, "the old have more of them"),)),
    "assumed: one in ten",
    domain=Domain.STUDY,
    measured=False,
)
LASTING_SEVERITY = treatment_variable(
    "lasting_severity",
    "Severity of RLS that lasts, latent",
    Kind.CONTINUOUS,
    Normal(
        baseline=0,
        sd=round(sqrt(LASTING * (1 - LASTING)), 6),
        terms=(
            Cause(
                "rls_severity",
                LASTING,
                Evidence.ASSUMED,
                "by definition: what severity at entry says about the part of it that lasts",
            ),
        ),
    ),
    "assumed: four fifths of the variance last, after a retest correlation of 0.72 over 3 years",
    domain=Domain.OUTCOME,
    unit="SD",
    contrast=(0, 1),
    measured=False,
)
REFERRAL = yes_no(
    "trial_referral",
    "Asked to take part in the trial",
    RelativeRisk(
        baseline=0.05,
        among=("rls_case", "yes"),
        terms=(
            assumed("rls_severity", 0.9, "the severe are seen in sleep clinics more often"),
            assumed("lasting_severity", -0.5, "people come when it is worse than it is for them as a rule"),
            assumed("age", 0.1, "clinic patients are older"),
        ),
    ),
    "assumed: mean IRLS at entry as in trials (22.3, Allen 2014; 24.0, Hornyak 2007)",
    domain=Domain.STUDY,
    measured=False,
)
ADMISSION = yes_no(
    "follow_up_admission",
    "In the trial (IRLS 15 or more at entry, no contraindication)",
    RuleOf(
        any_of=(
            (
                Condition(variable="trial_referral", at_least=1),
                Condition(variable="irls_total", at_least=15),
                Condition(variable="treatment_contraindication", below=1),
            ),
        )
    ),
    "by definition: IRLS of 15 or more at entry, as in trials of drugs",
    domain=Domain.STUDY,
    measured=False,
)
OVER_75 = yes_no(
    "age_over_75",
    "Age above 75 years",
    RuleOf(any_of=((Condition(variable="age", at_least=76),),)),
    "by definition: 76 years or more",
    domain=Domain.STUDY,
)

# --- severity and the scale at a visit ------------------------------------------------------------


def _course(week: int) -> Variable:
    """Return severity as it would be without treatment: the lasting part, and what is left of a spell."""
    before = _BEFORE[week]
    kept = exp(-(week - before) / _SPELL_WEEKS)
    last = visit_name("severity_course", before) if before else "rls_severity"
    source = "by definition: a spell fades to 1/e in 14 weeks, the rest lasts"
    return treatment_variable(
        visit_name("severity_course", week),
        f"Severity of RLS without treatment in week {week}, latent",
        Kind.CONTINUOUS,
        Normal(
            baseline=0,
            sd=round(sqrt((1 - LASTING) * (1 - kept**2)), 6),
            terms=(
                Cause("lasting_severity", round(1 - kept, 6), Evidence.ASSUMED, source),
                Cause(last, round(kept, 6), Evidence.ASSUMED, source),
            ),
        ),
        "assumed: correlations of the IRLS with that at entry near 0.9, 0.8 and 0.7 after 4, 12 and 52 weeks",
        domain=Domain.OUTCOME,
        unit="SD",
        contrast=(0, 1),
        measured=False,
    )


def _severity(week: int, *more: Cause) -> Variable:
    """Return severity at a visit: the course less the placebo response and what treatment does."""
    terms = [
        Cause(
            visit_name("severity_course", week),
            1.0,
            Evidence.ASSUMED,
            "by definition: what would be without treatment",
        ),
        placebo_effect(week),
        *treatment_terms(week),
        *more,
    ]
    if week == VISITS[-1]:
        terms.append(assumed("augmentation_w52", 1.0, "one SD more severe under augmentation"))
    return treatment_variable(
        visit_name("rls_severity", week),
        f"Severity of RLS in week {week}, latent",
        Kind.CONTINUOUS,
        Normal(baseline=0, sd=_WEEKLY_SD, terms=tuple(terms)),
        "assumed: course, placebo response and treatment add up",
        domain=Domain.OUTCOME,
        unit="SD",
        contrast=(0, 1),
        measured=False,
    )


_ITEM_NAMES = tuple(f"irls_i{number:02d}" for number in range(1, 11))
_REPEATED = (*_ITEM_NAMES, "irls_total", "irls_band")
_AT_BASELINE = {variable.name: variable for variable in scale.VARIABLES if variable.name in _REPEATED}


def _dropped_out(week: int, *unseen: Cause) -> MissingReason:
    """Return the gap of everything at a visit at which a participant is no longer in the study.

    Being in the study is a variable; a log odds of 40 for those out and of -40 for those in are yes and no.
    """
    there = Cause(
        visit_name("in_study", week), -80.0, Evidence.ASSUMED, "by definition: who has left is not seen"
    )
    return MissingReason(
        "dropped out", _EXPECTED_OUT[week], causes=(there, *unseen), together=f"week {week}", intercept=40.0
    )


def _scale_at(week: int, gone: MissingReason) -> list[Variable]:
    repeated = {*_REPEATED, "rls_severity"}
    skipped = MissingReason("not answered", 0.004)
    return [
        at_visit(_AT_BASELINE[name], week, repeated, (gone, skipped) if name in _ITEM_NAMES else (gone,))
        for name in _REPEATED
    ]


def _improvement_at(week: int, gone: MissingReason) -> list[Variable]:
    """Return change, change in percent, response of 50 % and the clinical global impression at a visit."""
    total, change = visit_name("irls_total", week), visit_name("irls_change", week)
    percent, when = visit_name("irls_percent_change", week), f"week {week}"
    here: dict[str, object] = {"domain": Domain.OUTCOME, "missing": (gone,), "applies_to": "rls_case"}
    return [
        treatment_variable(
            change,
            f"Change of the IRLS since entry, {when}",
            Kind.INTEGER,
            WeightedSum(weights=((total, 1), ("irls_total", -1)), decimals=0),
            "by definition: IRLS at the visit less IRLS at entry; below 0 is better",
            unit="points",
            limits=(-40, 40),
            contrast=(0, 8),
            **here,
        ),
        treatment_variable(
            percent,
            f"Change of the IRLS since entry in percent, {when}",
            Kind.CONTINUOUS,
            RatioOf(numerator=change, denominator="irls_total", factor=100),
            "by definition: change as a share of the IRLS at entry",
            unit="%",
            limits=(-100, 4000),
            contrast=(0, -50),
            **here,
        ),
        yes_no(
            visit_name("irls_response", week),
            f"IRLS halved, {when}",
            RuleOf(any_of=((Condition(variable=percent, below=-49.95),),)),
            "by definition: half of the IRLS at entry or less",
            **here,
        ),
        _impression(week, here),
    ]


_CGI_LEVELS = (
    "very much improved",
    "much improved",
    "minimally improved",
    "no change",
    "minimally worse",
    "much worse",
    "very much worse",
)
_CGI_SHARES = (
    0.14,
    0.27,
    0.23,
    0.29,
    0.04,
    0.02,
    0.01,
)  # under placebo in week 12; they follow from the cuts
_CGI_CUTS = (4.6, 2.2, 0.6, -2.6, -3.9, -5.6)


def _impression(week: int, here: dict[str, object]) -> Variable:
    why = "assumed: 2.5 log odds an SD; about 41 % much improved under placebo (40 to 47 % in trials)"
    return treatment_variable(
        visit_name("cgi_i", week),
        f"Clinical global impression of improvement, week {week}",
        Kind.ORDINAL,
        Ordinal(
            shares=_CGI_SHARES,
            intercepts=_CGI_CUTS,
            terms=(
                Cause(visit_name("rls_severity", week), 2.5, Evidence.ASSUMED, why),
                Cause("rls_severity", -2.5, Evidence.ASSUMED, why),
            ),
        ),
        why,
        levels=_CGI_LEVELS,
        **here,
    )


# --- staying in the study -------------------------------------------------------------------------

_STAYING = {4: 0.95, 12: 0.93, 52: 0.87}  # of those still in, where all causes are at the low end
_EXPECTED_OUT = {4: 0.05, 12: 0.11, 52: 0.21}
_FORMULA = "assumed: logit of leaving -2.2 in the last interval, 0.25 for depression, 0.2 above 75 years, 0.2 an SD of education"


def _in_study(week: int, *more: Cause) -> Variable:
    """Return whether a participant is in the study at a visit; who has left does not come back."""
    before = _BEFORE[week]
    terms = [
        assumed("depression", -0.25, "0.25 log odds of leaving"),
        assumed("age_over_75", -0.2, "0.2 log odds of leaving"),
        assumed("education_years", 0.19, "0.2 log odds of staying an SD of 3.2 years, here 3 years"),
        assumed("adverse_event", -0.3, "an adverse event makes some leave"),
    ]
    if before:
        improved = "0.35 log odds of leaving an SD (8 points) of less improvement at the visit before"
        terms.append(assumed(visit_name("irls_change", before), -0.35, improved))
    return yes_no(
        visit_name("in_study", week),
        f"In the study in week {week}",
        Bernoulli(
            baseline=_STAYING[week],
            among=(visit_name("in_study", before), "yes") if before else None,
            terms=(*terms, *more),
        ),
        _FORMULA,
        domain=Domain.STUDY,
    )


_SEEN_AT = tuple(visit_name("in_study", week) for week in VISITS)
LEAVING = (
    treatment_variable(
        "visits_attended",
        "Visits attended after entry",
        Kind.INTEGER,
        SumOf(items=_SEEN_AT),
        "by definition: the visits at which the participant was in the study",
        limits=(0, len(VISITS)),
        unit="visits",
        domain=Domain.STUDY,
    ),
    treatment_variable(
        "last_visit",
        "Last visit attended",
        Kind.ORDINAL,
        BandOf(score="visits_attended", cuts=(1, 2, 3)),
        "by definition: nobody comes back",
        levels=tuple(f"week {week}" for week in (0, *VISITS)),
        domain=Domain.STUDY,
    ),
    yes_no(
        "dropped_out",
        "Left the study before week 52",
        RuleOf(any_of=((Condition(variable=_SEEN_AT[-1], below=1),),)),
        "by definition: not in the study in week 52",
        domain=Domain.STUDY,
    ),
    treatment_variable(
        "dropout_week",
        "First visit missed",
        Kind.INTEGER,
        ByLevel(variable="last_visit", numbers=(*VISITS, 0)),
        "by definition: the week of the first visit that was missed",
        unit="weeks",
        limits=(0, VISITS[-1]),
        applies_to="dropped_out",
        domain=Domain.STUDY,
    ),
)


def _at(week: int, gone: MissingReason) -> list[Variable]:
    """Return what is measured at a visit."""
    return [*_scale_at(week, gone), *_improvement_at(week, gone)]


def follow_up_variables() -> tuple[Variable, ...]:
    """Return what the trial adds to the model: arms, what they do, three visits and who stays.

    Returns
    -------
    tuple of Variable
        In the order in which tables list them.

    Examples
    --------
    >>> names = [variable.name for variable in follow_up_variables()]
    >>> "irls_total_w04" in names, "irls_total" in names
    (True, False)
    """
    before = (CONTRAINDICATION, LASTING_SEVERITY, REFERRAL, OVER_75, ARM, OPEN_LABEL, CONTINUED)
    after = (EXPECTS_BENEFIT, PLACEBO_RESPONSE, ADVERSE_EVENT, ADHERENCE)
    gone_by_52 = replace(AUGMENTATION, missing=(_dropped_out(52),))
    visits: list[Variable] = []
    for week in VISITS:
        visits += [_course(week), _severity(week), _in_study(week), *_at(week, _dropped_out(week))]
    return (*before, *after, gone_by_52, *visits, *LEAVING)


def _strong_dropout(week: int) -> list[Variable]:
    """Return a visit that the more severe leave out, by a severity that nobody sees."""
    severity = visit_name("rls_severity", week)
    leaving = assumed(severity, -1.2, "1.2 log odds of leaving an SD of severity at the visit itself")
    unseen = Cause(severity, 0.0, Evidence.ASSUMED, "by definition: it acts by way of being in the study")
    gone = _dropped_out(week, unseen)
    visit = [_in_study(week, leaving), *_at(week, gone)]
    return [*visit, replace(AUGMENTATION, missing=(gone,))] if week == VISITS[-1] else visit


STRONG_DROPOUT_CHANGES = tuple(variable for week in VISITS for variable in _strong_dropout(week))
ABLATION_EFFECT_CHANGES = tuple(_severity(week, ablation_effect(week)) for week in VISITS)

FOLLOW_UP_DESIGN = Design(
    "follow_up_trial",
    "Randomised trial with follow-up",
    ADMISSION,
    about="People with RLS whose IRLS at entry was 15 or more, drawn by lot into thirteen arms and seen again in weeks 4, "
    "12 and 52. All improve, because they were chosen when their score was high and because they expect to; what a "
    "treatment does is seen only against placebo. Some leave, those who improve less more often.",
    changes=follow_up_variables(),
    gaps=(
        ("questionnaire not returned", 0.0),
        ("no blood drawn", 0.02),
        ("not genotyped", 0.06),
        ("not in the duplex substudy", 0.0),
    ),
    source="assumed: a trial of many arms, after the entry criterion and the visits of drug trials",
)
