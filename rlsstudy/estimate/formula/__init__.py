"""Models written as formulas, which are looked up part by part."""
