"""Ways into a cohort.

The clinic's door opens in proportion to an exponential function of latent severity. On a normal scale that shifts
severity and leaves slopes as they are; a door with a threshold would flatten them.
"""

from rlsstudy.declare.equations import Cause, RelativeRisk
from rlsstudy.declare.kinds import Domain, Evidence, Kind
from rlsstudy.declare.variable import Variable
from rlsstudy.declare.variations import Design

SLEEP_CLINIC_ADMISSION = Variable(
    name="sleep_clinic_admission",
    label="Seen in the sleep clinic",
    domain=Domain.OUTCOME,
    kind=Kind.BINARY,
    levels=("no", "yes"),
    measured=False,
    equation=RelativeRisk(
        baseline=0.02,
        among=("rls_case", "yes"),
        terms=(
            Cause(
                "rls_severity", 1.2, Evidence.ASSUMED, "assumed: gives the IRLS of untreated clinic patients"
            ),
            Cause("age", 0.15, Evidence.ASSUMED, "assumed: clinic patients are older"),
        ),
    ),
    source="assumed: mean IRLS as in untreated patients (24.0, Hornyak 2007); their SD of 6.2 is not reproduced, "
    "because this door does not narrow severity",
)

DESIGNS = (
    Design("population", "Population sample"),
    Design("sleep_clinic", "Sleep clinic", SLEEP_CLINIC_ADMISSION),
)
