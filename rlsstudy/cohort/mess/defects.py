"""The defects of a messy file: how often each is planted, and what a careful reader could notice.

They are planted in this order. What needs several cells of a row comes before what needs one.
"""

from __future__ import annotations

from rlsstudy.cohort.mess import contradictions as contradict
from rlsstudy.cohort.mess import planters as plant
from rlsstudy.cohort.mess.sheet import Defect, Scope

VISITS = f"visits took place on weekdays from {plant.FIRST_VISIT} to {plant.LAST_VISIT}"
UNKNOWN = "What it was cannot be known from the file: set it missing, or ask where it was measured."

DEFECTS: tuple[Defect, ...] = (
    Defect(
        "unit of a whole batch",
        "unit slip",
        0.1,
        "{label} is declared in {unit}; compare the batches: this one was written in {other}.",
        plant.unit_of_group("assay_batch", in_blood=True),
        Scope.GROUP,
        "assay_batch",
    ),
    Defect(
        "unit of a whole site",
        "unit slip",
        0.1,
        "{label} is declared in {unit}; compare the sites: this one wrote {other}.",
        plant.unit_of_group("study_site", in_blood=False),
        Scope.GROUP,
        "study_site",
    ),
    Defect(
        "shifted row",
        "shifted row",
        0.01,
        "From the first empty cell to the next gap each value stands one column too far to the right.",
        plant.shifted_row,
    ),
    Defect(
        "pregnant man",
        "contradiction",
        0.01,
        "A man; '{label}' cannot be yes.",
        contradict.pregnant_man,
    ),
    Defect(
        "total not of its items",
        "contradiction",
        0.02,
        "The ten items are all there, and their sum is another number.",
        contradict.wrong_total,
    ),
    Defect(
        "score without RLS",
        "contradiction",
        0.01,
        "A score of severity for somebody without RLS, to whom it does not apply.",
        contradict.score_without_rls,
    ),
    Defect(
        "onset ahead",
        "contradiction",
        0.02,
        f"The complaints began at an age that the participant has not reached. {UNKNOWN}",
        contradict.onset_ahead,
    ),
    Defect(
        "swapped columns",
        "swapped columns",
        0.01,
        "This value would fit a neighbouring measurement, and the value there would fit {label}.",
        plant.swapped_columns,
    ),
    Defect("31 February", "impossible date", 0.005, f"There is no such day. {UNKNOWN}", plant.february_31),
    Defect(
        "year 1899",
        "impossible date",
        0.005,
        f"Long before the study: {VISITS}, so the year can be mended.",
        plant.year_1899,
    ),
    Defect(
        "visit in the future",
        "impossible date",
        0.005,
        f"After the study: {VISITS}, so the year can be mended.",
        plant.future,
    ),
    Defect(
        "day and month swapped",
        "impossible date",
        0.02,
        f"After the study: {VISITS}; with day and month swapped the date is one of these.",
        plant.day_month,
    ),
    Defect(
        "unit of one value",
        "unit slip",
        0.015,
        "{label} is declared in {unit}; the number is plausible in {other}, and far from the others.",
        plant.unit_of_value,
    ),
    Defect(
        "decimal comma",
        "decimal comma",
        0.015,
        "A comma where the other numbers have a point.",
        plant.decimal_comma,
    ),
    Defect(
        "hidden sentinel",
        "hidden sentinel",
        0.02,
        "A code for a missing value that nobody declared: impossible for {label}, or oddly frequent.",
        plant.sentinel,
    ),
    Defect(
        "bound of the instrument",
        "text in number",
        0.05,
        "The instrument reports no value there: the number is known only to lie beyond this one.",
        plant.bound,
    ),
    Defect(
        "number with a word",
        "text in number",
        0.015,
        "A number with a sign, a word or its unit, which a program takes for text.",
        plant.about,
    ),
    Defect(
        "out of limits",
        "out of limits",
        0.01,
        f"{{label}} lies within {{limits}}. {UNKNOWN}",
        plant.out_of_limits,
    ),
    Defect(
        "digits swapped",
        "digits swapped",
        0.01,
        "Two digits in the wrong order: seen, if at all, beside the participant's other values.",
        plant.digits_swapped,
    ),
    Defect(
        "level spelled otherwise",
        "level spelling",
        0.02,
        "One level in several spellings: count the different texts of '{label}'.",
        plant.level_spelling,
    ),
    Defect(
        "trailing blank",
        "trailing blank",
        0.015,
        "A blank that is not seen makes a level of '{label}' a second one.",
        plant.trailing_blank,
    ),
    Defect(
        "participant twice",
        "duplicate",
        0.01,
        "The participant has two rows that are the same.",
        plant.nothing_changed,
        Scope.COPY,
    ),
    Defect(
        "participant twice, one value changed",
        "duplicate",
        0.01,
        "The participant has two rows, which differ in one value: which is right is said where it was measured.",
        plant.one_value_changed,
        Scope.COPY,
    ),
)
