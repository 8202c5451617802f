"""Age, sex and reproductive history."""

from rlsstudy.declare.equations import Bernoulli, Cause, Count, Normal
from rlsstudy.declare.kinds import Domain, Evidence, Kind
from rlsstudy.declare.variable import Variable

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
    source="assumed: adult population, normal above 18",
)

SEX = Variable(
    name="sex",
    label="Sex",
    domain=Domain.DEMOGRAPHY,
    kind=Kind.BINARY,
    levels=("male", "female"),
    equation=Bernoulli(target=0.52),
    source="assumed: adult population",
)

MENSTRUATING = Variable(
    name="menstruating",
    label="Before menopause",
    domain=Domain.DEMOGRAPHY,
    kind=Kind.BINARY,
    levels=("no", "yes"),
    equation=Bernoulli(
        baseline=0.71,
        terms=(Cause("age", -9.1, Evidence.ASSUMED, "assumed: menopause at 51 (SD 2), as a logistic curve"),),
        among=("sex", "female"),
    ),
    source="assumed: menopause at 51 (SD 2); men are 'no' by definition",
)

PARITY = Variable(
    name="parity",
    label="Births",
    domain=Domain.DEMOGRAPHY,
    kind=Kind.INTEGER,
    unit="births",
    limits=(0, 20),
    contrast=(0, 1),
    equation=Count(
        target=1.9,
        target_among=("sex", "female"),
        terms=(Cause("age", 0.12, Evidence.ASSUMED, "assumed: younger women have had fewer births"),),
        among=("sex", "female"),
    ),
    source="assumed: 1.9 births a woman; men have none by definition",
)

VARIABLES = (AGE, SEX, MENSTRUATING, PARITY)
