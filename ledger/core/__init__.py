"""The pure core: what the book means. No SQL, no HTTP, no files, no clock, no chance."""
