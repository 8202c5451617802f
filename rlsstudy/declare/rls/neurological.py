"""Diabetes, neuropathy and migraine."""

from rlsstudy.declare.equations import Bernoulli, Cause
from rlsstudy.declare.kinds import Domain, Evidence, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.variable import Variable

DIABETES = Variable(
    name="diabetes",
    label="Type 2 diabetes",
    domain=Domain.NEUROLOGICAL,
    kind=Kind.BINARY,
    levels=("no", "yes"),
    missing=(MissingReason("not answered", 0.01),),
    equation=Bernoulli(
        target=0.08,
        terms=(
            Cause("age", 0.47, Evidence.ASSUMED, "assumed: 0.75 per SD of age"),
            Cause("bmi", 0.57, Evidence.ASSUMED, "assumed: 0.60 per SD of body mass index"),
        ),
    ),
    source="assumed: 8 % of adults",
)

NEUROPATHY = Variable(
    name="neuropathy",
    label="Peripheral neuropathy",
    domain=Domain.NEUROLOGICAL,
    kind=Kind.BINARY,
    levels=("no", "yes"),
    missing=(MissingReason("not done", 0.04),),
    equation=Bernoulli(
        target=0.03,
        terms=(
            Cause("diabetes", 1.4, Evidence.ASSUMED, "assumed"),
            Cause("age", 0.4, Evidence.ASSUMED, "assumed"),
        ),
    ),
    source="assumed: 3 % of adults, 7 % from 60 years",
)

MIGRAINE = Variable(
    name="migraine",
    label="Migraine",
    domain=Domain.NEUROLOGICAL,
    kind=Kind.BINARY,
    levels=("no", "yes"),
    missing=(MissingReason("not answered", 0.02),),
    equation=Bernoulli(
        target=0.13,
        terms=(
            Cause("sex", 1.07, Evidence.ASSUMED, "assumed: 18 % of women, 7 % of men"),
            Cause("age", -0.2, Evidence.ASSUMED, "assumed"),
        ),
    ),
    source="assumed: 18 % of women, 7 % of men",
)

VARIABLES = (DIABETES, NEUROPATHY, MIGRAINE)
