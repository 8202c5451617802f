"""Writing cohorts in every format, and describing their columns."""
