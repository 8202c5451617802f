"""From cells to checked values: keys, conversion, limits, what must hold over visits, and patterns worth a warning."""
