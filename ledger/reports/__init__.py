"""Reads for pages and lists: SQL above, the frozen row it fills below. Nothing here writes."""
