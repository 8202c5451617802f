"""Regressions on arrays, one file for each family: no names of variables, no labels, no points."""
