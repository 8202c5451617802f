"""Body mass, blood pressure, veins and arteries.

The default effects of venous and arterial disease on severity are zero, because that is where the
evidence stands: arterial disease was null in three population cohorts, and venous treatment has
been studied only without control or blinding. The scenario ``venous_effect`` differs.
"""

from rlsstudy.declare.equations import Bernoulli, Cause, LogNormal, Normal
from rlsstudy.declare.kinds import Domain, Evidence, Kind
from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.variable import Variable

BMI = Variable(
    name="bmi",
    label="Body mass index",
    domain=Domain.VASCULAR,
    kind=Kind.CONTINUOUS,
    unit="kg/m²",
    limits=(10, 100),
    resolution=0.1,
    contrast=(25, 30),
    missing=(MissingReason("not done", 0.02),),
    equation=LogNormal(
        target=27.0,
        sigma=0.18,
        terms=(
            Cause("age", 0.01, Evidence.ASSUMED, "assumed"),
            Cause("physical_activity", -0.027, Evidence.ASSUMED, "assumed: -0.20 SD per SD of activity"),
        ),
    ),
    source="assumed: mean 27.5, SD 5.3, skewed to the right",
)

HYPERTENSION = Variable(
    name="hypertension",
    label="Hypertension",
    domain=Domain.VASCULAR,
    kind=Kind.BINARY,
    levels=("no", "yes"),
    missing=(MissingReason("not answered", 0.02),),
    equation=Bernoulli(
        target=0.32,
        terms=(
            Cause("age", 0.55, Evidence.ASSUMED, "assumed"),
            Cause("bmi", 0.42, Evidence.ASSUMED, "assumed: 0.45 per SD of body mass index"),
        ),
    ),
    source="assumed: 32 % of adults by own report or prescription",
)

_VENOUS_CAUSE = "assumed: a cause in the San Diego Population Study (Criqui), without a size"

VENOUS_REFLUX = Variable(
    name="venous_reflux",
    label="Superficial venous reflux, 0.5 s or longer",
    domain=Domain.VASCULAR,
    kind=Kind.BINARY,
    levels=("no", "yes"),
    missing=(MissingReason("not done", 0.08),),
    equation=Bernoulli(
        target=0.18,
        terms=(
            Cause("age", 0.39, Evidence.ASSUMED, _VENOUS_CAUSE),
            Cause(
                "sex",
                0.58,
                Evidence.MODERATE,
                "derived: Allan 2000, superficial reflux alone in 15 % of women and 9 % of men",
            ),
            Cause("parity", 0.21, Evidence.ASSUMED, _VENOUS_CAUSE),
            Cause("bmi", 0.42, Evidence.ASSUMED, _VENOUS_CAUSE),
        ),
    ),
    source="assumed: share of persons; Edinburgh Vein Study, J Vasc Surg 1998: 18 % of legs, long saphenous, lower thigh",
)

ABI = Variable(
    name="abi",
    label="Ankle-brachial index",
    domain=Domain.VASCULAR,
    kind=Kind.CONTINUOUS,
    unit="ratio",
    limits=(0, 3),
    resolution=0.01,
    contrast=(1.1, 1.0),
    missing=(MissingReason("not done", 0.08),),
    equation=Normal(
        baseline=1.12,
        sd=0.1,
        terms=(
            Cause("age", -0.012, Evidence.ASSUMED, "assumed"),
            Cause("smoking", (("former", -0.01), ("current", -0.04)), Evidence.ASSUMED, "assumed"),
            Cause("diabetes", -0.03, Evidence.ASSUMED, "assumed"),
        ),
    ),
    source="assumed: mean 1.10 to 1.12, SD 0.09 to 0.12",
)

VARIABLES = (BMI, HYPERTENSION, VENOUS_REFLUX, ABI)

NO_VENOUS_EFFECT = Cause(
    "venous_reflux",
    0.0,
    Evidence.CONTESTED,
    "only uncontrolled or unblinded series: Hayes 2008; Sundaresan 2019, Cureus 11:e4368; Dezube 2021",
)
VENOUS_EFFECT = Cause(
    "venous_reflux",
    0.18,
    Evidence.ASSUMED,
    "assumed for this scenario: 0.10 SD per SD of venous disease, 0.18 between reflux and none, on severity alone",
)
NO_ARTERIAL_EFFECT = Cause(
    "abi",
    0.0,
    Evidence.NULL,
    "on having RLS, null in three cohorts (Szentkiralyi 2017, Sleep Med 35:74); on severity nothing is known",
)
