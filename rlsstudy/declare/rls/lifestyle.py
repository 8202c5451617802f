"""Smoking, activity and caffeine."""

from rlsstudy.declare.equations import Categorical, Cause, LogNormal
from rlsstudy.declare.kinds import Domain, Evidence, Kind, Scale
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.variable import Variable

SMOKING = Variable(
    name="smoking",
    label="Smoking",
    domain=Domain.LIFESTYLE,
    kind=Kind.CATEGORICAL,
    levels=("never", "former", "current"),
    missing=(MissingReason("not answered", 0.02),),
    equation=Categorical(
        shares=(0.55, 0.28, 0.17),
        by_level=(
            (
                "former",
                (
                    Cause("age", 0.2, Evidence.ASSUMED, "assumed"),
                    Cause("sex", -0.3, Evidence.ASSUMED, "assumed"),
                ),
            ),
            (
                "current",
                (
                    Cause("age", -0.15, Evidence.ASSUMED, "assumed"),
                    Cause("sex", -0.3, Evidence.ASSUMED, "assumed"),
                ),
            ),
        ),
    ),
    source="assumed: 17 % smoke, 28 % have stopped",
)

PHYSICAL_ACTIVITY = Variable(
    name="physical_activity",
    label="Physical activity",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="MET-h/week",
    limits=(0.1, 400),
    resolution=0.1,
    scale=Scale.LOG2,
    contrast=(10, 20),
    missing=(MissingReason("not answered", 0.05),),
    other_units=(("MET-min/week", 1 / 60),),
    equation=LogNormal(
        target=13.5,
        sigma=0.85,
        terms=(
            Cause("age", -0.08, Evidence.ASSUMED, "assumed"),
            Cause("sex", -0.1, Evidence.ASSUMED, "assumed"),
            Cause("smoking", (("former", -0.05), ("current", -0.2)), Evidence.ASSUMED, "assumed"),
        ),
    ),
    source="assumed: log-normal, median 13.5",
)

CAFFEINE = Variable(
    name="caffeine",
    label="Caffeine",
    domain=Domain.LIFESTYLE,
    kind=Kind.CONTINUOUS,
    unit="mg/day",
    limits=(0, 3000),
    resolution=1,
    contrast=(100, 200),
    missing=(MissingReason("not answered", 0.04),),
    equation=LogNormal(
        target=150,
        sigma=0.72,
        terms=(Cause("smoking", (("former", 0.1), ("current", 0.25)), Evidence.ASSUMED, "assumed"),),
    ),
    source="assumed: mean 190, SD 150, skewed to the right",
)

VARIABLES = (SMOKING, PHYSICAL_ACTIVITY, CAFFEINE)
