"""Reading dictionaries that others write: Table Schema and Spout (REDCap has a room of its own)."""
