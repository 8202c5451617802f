"""With which status a command ends."""

from __future__ import annotations

FAULT = 1  # ours
INPUT = 2  # something in what the user gave
INTERRUPTED = 130
TERMINATED = 143
