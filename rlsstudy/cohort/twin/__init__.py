"""A synthetic file with the columns of a dictionary."""
