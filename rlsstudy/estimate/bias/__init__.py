"""From the truth to a naive estimate, one flaw at a time."""
