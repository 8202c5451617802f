"""Iron stores, inflammation and blood.

In this first model serum ferritin stands for the iron stores themselves; it also rises with
inflammation, so that C-reactive protein confounds it by way of body mass.
"""

from rlsstudy.declare.equations import Cause, Count, LogNormal, Normal
from rlsstudy.declare.kinds import Domain, Evidence, Kind, Scale
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.variable import Variable

BLOOD_DONATIONS = Variable(
    name="blood_donations",
    label="Blood donations in the last year",
    domain=Domain.IRON,
    kind=Kind.INTEGER,
    unit="donations",
    limits=(0, 30),
    contrast=(0, 1),
    missing=(MissingReason("not answered", 0.03),),
    equation=Count(target=0.2, terms=(Cause("age", -0.15, Evidence.ASSUMED, "assumed: donors are younger"),)),
    source="assumed: 0.2 a year on average",
)

CRP = Variable(
    name="crp",
    label="C-reactive protein, high sensitivity",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="mg/L",
    limits=(0.01, 500),
    resolution=0.01,
    scale=Scale.LOG2,
    contrast=(1, 2),
    missing=(MissingReason("not done", 0.06),),
    other_units=(("mg/dL", 10.0), ("µg/mL", 1.0), ("nmol/L", 0.105)),
    equation=LogNormal(
        target=1.7,
        sigma=0.95,
        terms=(
            Cause("bmi", 0.38, Evidence.ASSUMED, "assumed: 0.40 per SD of body mass index"),
            Cause("smoking", (("former", 0.05), ("current", 0.2)), Evidence.ASSUMED, "assumed"),
            Cause("sex", 0.15, Evidence.ASSUMED, "assumed"),
        ),
    ),
    source="assumed: median 1.5 to 2.0, log SD about 1.1",
)

FERRITIN = Variable(
    name="ferritin",
    label="Serum ferritin",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="µg/L",
    limits=(0.5, 10_000),
    resolution=1,
    scale=Scale.LOG2,
    contrast=(50, 100),
    missing=(MissingReason("not done", 0.06),),
    other_units=(("ng/mL", 1.0), ("ug/L", 1.0), ("µg/dL", 10.0), ("pmol/L", 1 / 2.247)),
    equation=LogNormal(
        baseline=121,
        sigma=0.72,
        terms=(
            Cause(
                "sex",
                -0.42,
                Evidence.STRONG,
                "derived: Danish survey and CDC National Report 1999-2002, women of 60",
            ),
            Cause("menstruating", -0.8, Evidence.STRONG, "derived: the same, women of 30 to 40 against 60"),
            Cause("crp", 0.14, Evidence.ASSUMED, "assumed: 0.22 per SD of ln CRP"),
            Cause("blood_donations", -0.083, Evidence.ASSUMED, "assumed: -0.25 for three donations a year"),
        ),
    ),
    source="derived: CDC National Report 1999-2002, table 3.1.a (NHANES); median 127 to 145 in men",
    evidence=Evidence.STRONG,
)

HAEMOGLOBIN = Variable(
    name="haemoglobin",
    label="Haemoglobin",
    domain=Domain.IRON,
    kind=Kind.CONTINUOUS,
    unit="g/dL",
    limits=(4, 22),
    resolution=0.1,
    contrast=(13, 14),
    missing=(MissingReason("not done", 0.04),),
    other_units=(("g/L", 0.1), ("mmol/L", 1.6114)),
    equation=Normal(
        baseline=14.8,
        sd=1.0,
        terms=(
            Cause("sex", -1.4, Evidence.ASSUMED, "assumed: 15.0 in men, 13.4 in women"),
            Cause(
                "ferritin",
                0.15,
                Evidence.ASSUMED,
                "assumed: a straight line in place of a threshold near 30 µg/L",
            ),
            Cause("age", -0.08, Evidence.ASSUMED, "assumed"),
        ),
    ),
    source="assumed: 15.0 (SD 1.1) in men, 13.4 (SD 1.1) in women",
)

VARIABLES = (BLOOD_DONATIONS, CRP, FERRITIN, HAEMOGLOBIN)
