"""Age, sex, ancestry, schooling, income, work and reproductive history; and the site of the study."""

from rlsstudy.declare.equations import (
    Bernoulli,
    Categorical,
    Cause,
    Condition,
    Count,
    Normal,
    Ordinal,
    RuleOf,
)
from rlsstudy.declare.kinds import NO_YES, Domain, Evidence, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.rls.assumed import assumed
from rlsstudy.declare.rls.gaps import NOT_RETURNED, SKIPPED
from rlsstudy.declare.variable import Variable

_ASKED = (NOT_RETURNED, SKIPPED)
_WOMEN = ("sex", "female")


SITE = Variable(
    name="study_site",
    label="Study site",
    domain=Domain.STUDY,
    kind=Kind.CATEGORICAL,
    levels=tuple(f"site {number}" for number in range(1, 9)),
    equation=Categorical(shares=(0.20, 0.16, 0.14, 0.13, 0.12, 0.10, 0.08, 0.07)),
    source="assumed: eight sites of unequal size",
)

AGE = Variable(
    name="age",
    label="Age",
    domain=Domain.DEMOGRAPHY,
    kind=Kind.CONTINUOUS,
    unit="years",
    limits=(18, 110),
    resolution=1,
    contrast=(50, 60),
    equation=Normal(baseline=50, sd=16),
    other_units=(("months", 1 / 12),),
    code="LOINC 30525-0",
    source="assumed: adult population, normal above 18",
)

SEX = Variable(
    name="sex",
    label="Sex",
    domain=Domain.DEMOGRAPHY,
    kind=Kind.BINARY,
    levels=("male", "female"),
    equation=Bernoulli(target=0.52),
    code="LOINC 76689-9",
    source="assumed: adult population",
)

ANCESTRY = Variable(
    name="ancestry",
    label="Genetic ancestry group",
    domain=Domain.DEMOGRAPHY,
    kind=Kind.CATEGORICAL,
    levels=("European", "East Asian", "African", "Admixed American", "Middle Eastern"),
    missing=_ASKED,
    equation=Categorical(shares=(0.80, 0.05, 0.08, 0.05, 0.02)),
    source="assumed: a mixed population, mostly European; it differs from study to study",
)

# --- schooling, work and income -------------------------------------------------------------------

EDUCATION_YEARS = Variable(
    name="education_years",
    label="Schooling",
    domain=Domain.DEMOGRAPHY,
    kind=Kind.INTEGER,
    unit="years",
    limits=(0, 30),
    resolution=1,
    contrast=(10, 13),
    missing=_ASKED,
    equation=Normal(
        target=13, sd=3.15, terms=(assumed("age", -0.3, "older people went to school for less"),)
    ),
    source="assumed: mean 13, SD 3.2",
)

EMPLOYED = Variable(
    name="employed",
    label="In paid work",
    domain=Domain.DEMOGRAPHY,
    kind=Kind.BINARY,
    levels=NO_YES,
    missing=_ASKED,
    equation=Bernoulli(
        target=0.6,
        terms=(
            assumed("age", 1.2, "the youngest are still at school", acts_between=(18, 26)),
            assumed("age", -3.5, "retirement around 64", acts_between=(59, 85)),
            assumed("sex", -0.4, "fewer women are in paid work"),
            assumed("education_years", 0.3, "more schooling, more work"),
        ),
    ),
    source="assumed: three quarters from 25 to 60 years and few from 70",
)

INCOME_QUINTILE = Variable(
    name="income_quintile",
    label="Household income, fifths",
    domain=Domain.DEMOGRAPHY,
    kind=Kind.ORDINAL,
    levels=("lowest", "low", "middle", "high", "highest"),
    missing=(
        NOT_RETURNED,
        MissingReason(
            "declined", 0.08, causes=(assumed("income_quintile", 0.15, "the better off decline more often"),)
        ),
    ),
    equation=Ordinal(
        shares=(0.2, 0.2, 0.2, 0.2, 0.2),
        terms=(
            assumed("education_years", 0.6, "more schooling, more income"),
            assumed("employed", 0.9, "pay"),
            assumed("sex", -0.15, "households of women alone have less"),
        ),
    ),
    source="by definition: fifths of the population",
)

# --- reproductive history -------------------------------------------------------------------------

MENOPAUSE_STATUS = Variable(
    name="menopause_status",
    label="Menopause",
    domain=Domain.DEMOGRAPHY,
    kind=Kind.ORDINAL,
    levels=("before", "around", "after"),
    missing=_ASKED,
    applies_to="sex",
    equation=Ordinal(
        shares=(0.412, 0.1, 0.488),
        terms=(assumed("age", 9.07, "the last period at 51 (SD 2), as a logistic curve"),),
        among=_WOMEN,
    ),
    source="assumed: the last period at 51 (SD 2), and irregular periods from 47",
)

PREGNANT = Variable(
    name="pregnant",
    label="Pregnant",
    domain=Domain.DEMOGRAPHY,
    kind=Kind.BINARY,
    levels=NO_YES,
    missing=_ASKED,
    equation=Bernoulli(
        target=0.0138,
        terms=(
            assumed("age", 0.7, "more often at 28 than at 18", acts_between=(18, 28)),
            assumed(
                "age", -4.0, "ever more seldom from 35, and practically never from 50", acts_between=(35, 60)
            ),
            Cause("menopause_status", -5.0, Evidence.ASSUMED, "by definition: not after the menopause"),
        ),
        among=_WOMEN,
    ),
    code="SNOMED CT 77386006",
    source="assumed: 4 % of women from 18 to 44, so 1.4 % of all women; men are 'no' by definition",
)

TRIMESTER = Variable(
    name="trimester",
    label="Trimester of pregnancy",
    domain=Domain.DEMOGRAPHY,
    kind=Kind.ORDINAL,
    levels=("first", "second", "third"),
    missing=_ASKED,
    applies_to="pregnant",
    equation=Ordinal(shares=(0.28, 0.36, 0.36), among=("pregnant", "yes")),
    source="assumed: early pregnancies are not all known",
)

MENSTRUATING = Variable(
    name="menstruating",
    label="Menstruating",
    domain=Domain.DEMOGRAPHY,
    kind=Kind.BINARY,
    levels=NO_YES,
    equation=RuleOf(
        any_of=(
            (
                Condition(variable="sex", at_least=1),
                Condition(variable="menopause_status", below=2),
                Condition(variable="pregnant", below=1),
            ),
        )
    ),
    source="by definition: women who have not had their last period and are not pregnant",
)

PARITY = Variable(
    name="parity",
    label="Births",
    domain=Domain.DEMOGRAPHY,
    kind=Kind.INTEGER,
    unit="births",
    limits=(0, 20),
    contrast=(0, 1),
    missing=_ASKED,
    equation=Count(
        target=1.9,
        dispersion=0.1,
        terms=(
            assumed(
                "age",
                3.0,
                "first births come late: a mean of 0.03 at 18 and 0.3 at 25",
                acts_between=(18, 25),
            ),
            assumed("age", 1.5, "most births are from 25 to 33", acts_between=(25, 33)),
            assumed("age", 0.45, "the last ones before 45", acts_between=(33, 45)),
            assumed("education_years", -0.08, "more schooling, fewer births"),
        ),
        among=_WOMEN,
    ),
    code="LOINC 11977-6",
    source="assumed: 1.9 births a woman of all ages, 2.2 from 45; men have none by definition",
)

VARIABLES = (
    SITE,
    AGE,
    SEX,
    ANCESTRY,
    EDUCATION_YEARS,
    EMPLOYED,
    INCOME_QUINTILE,
    MENOPAUSE_STATUS,
    PREGNANT,
    TRIMESTER,
    MENSTRUATING,
    PARITY,
)
