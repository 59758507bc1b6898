"""The outside world: database, broker files, quotes. Returns domain values, never rows or responses."""
