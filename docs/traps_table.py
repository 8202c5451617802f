"""Print the table of `docs/traps.md`, computed on large simulated cohorts (about a minute)."""

import sys

from tests.truth.traps import table_lines

if __name__ == "__main__":
    sys.stdout.write("\n".join(table_lines()) + "\n")
