"""The shape of an effect: curves, categories and thresholds of one factor, beside a straight line and beside the truth."""
