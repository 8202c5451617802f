"""What cannot be so of one person at one time, whatever the study."""

from __future__ import annotations

from rlsstudy.declare.data_files import Condition, Contradiction

CONTRADICTIONS = (
    Contradiction("men are not pregnant", (Condition("pregnant", ("yes",)), Condition("sex", ("male",)))),
    Contradiction("men have no births", (Condition("parity", above=0), Condition("sex", ("male",)))),
    Contradiction(
        "nobody is pregnant after the menopause",
        (Condition("pregnant", ("yes",)), Condition("menopause_status", ("after",))),
    ),
    Contradiction(
        "nobody is pregnant above 60 years", (Condition("pregnant", ("yes",)), Condition("age", above=60))
    ),
    Contradiction(
        "below 8 g/dL there is anaemia, by any definition",
        (Condition("anaemia", ("no",)), Condition("haemoglobin", below=8)),
    ),
    Contradiction(
        "above 17 g/dL there is no anaemia, by any definition",
        (Condition("anaemia", ("yes",)), Condition("haemoglobin", above=17)),
    ),
    Contradiction("diastolic pressure is not above systolic", (Condition("dbp", above_variable="sbp"),)),
    Contradiction("symptoms do not begin after the visit", (Condition("age_onset", above_variable="age"),)),
)
