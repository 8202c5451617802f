"""Cohorts: simulated from the declaration or read from files, checked, with reasons and a ledger."""
