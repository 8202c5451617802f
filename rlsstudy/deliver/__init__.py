"""Deliver: notebooks copied, opened and executed; reports written; the command line."""
