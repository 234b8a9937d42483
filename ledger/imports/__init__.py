"""FILES from other programs: bytes in, rows out. Knows neither the store nor the verbs."""
