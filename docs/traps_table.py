"""Print the table of docs/traps.md: ``python docs/traps_table.py``, from the checkout; it takes a minute."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.truth.traps import table_lines

if __name__ == "__main__":
    for line in table_lines():
        print(line)
