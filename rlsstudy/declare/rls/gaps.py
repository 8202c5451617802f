"""Reasons for gaps that variables share: who gives no blood has neither ferritin nor haemoglobin.

Shares are those of a population study; designs change them (`designs.py`). All are assumed.
"""

from rlsstudy.declare.missingness import MissingReason
from rlsstudy.declare.rls.assumed import assumed

NO_BLOOD = MissingReason(
    "no blood drawn",
    0.08,
    causes=(
        assumed("age", 0.25, "the old decline more often"),
        assumed("sex", 0.1, "women a little more often"),
    ),
    together="blood draw",
)
NOT_RETURNED = MissingReason(
    "questionnaire not returned",
    0.04,
    causes=(
        assumed("age", -0.15, "the young return less"),
        assumed("education_years", -0.2, "the less schooled return less"),
    ),
    together="questionnaire",
)
NOT_GENOTYPED = MissingReason("not genotyped", 0.40, together="genotyping", planned=True)
NO_EXTENDED_PANEL = MissingReason(
    "not in the extended iron panel", 0.60, together="extended iron panel", planned=True
)
NO_DUPLEX = MissingReason("not in the duplex substudy", 0.70, together="duplex", planned=True)
NO_ANGIOGRAPHY = MissingReason("not in the angiography substudy", 0.90, together="angiography", planned=True)
NO_OXIMETRY = MissingReason("not in the oximetry substudy", 0.95, together="oximetry", planned=True)
NO_SLEEP_LAB = MissingReason("not in the sleep laboratory", 0.75, together="sleep laboratory", planned=True)
NO_IMAGING = MissingReason("not in the imaging substudy", 0.95, together="imaging", planned=True)
NO_NERVE_STUDY = MissingReason(
    "not in the nerve conduction substudy", 0.80, together="nerve conduction", planned=True
)
NO_ACCELEROMETER = MissingReason("wore no accelerometer", 0.70, together="accelerometer", planned=True)
ASSAY_FAILED = MissingReason("assay failed", 0.01)
SKIPPED = MissingReason("not answered", 0.01)
NOT_MEASURED = MissingReason("not done", 0.02)
