"""Proposing a study file for a data file, for a person to edit."""
