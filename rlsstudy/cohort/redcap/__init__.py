"""REDCap: its exports, data dictionaries and project files."""
