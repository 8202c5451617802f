"""The shape of an effect: curves, categories and thresholds, beside a straight line and the truth."""
