"""Spoiling a synthetic file as careless exports do, and scoring who cleans it."""
