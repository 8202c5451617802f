"""Whether a factor's effect differs between groups."""
