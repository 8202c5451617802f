"""Reading files, one module per format, to cells as they are (:mod:`rlsstudy.cohort.files.raw_table`); nothing is judged here."""
