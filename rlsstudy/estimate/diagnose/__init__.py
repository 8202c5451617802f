"""Whether a fitted model can be believed: checks in plain words, and the numbers behind their pictures."""
