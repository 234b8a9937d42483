"""Files for other programs: rows in, bytes out. Not here: which rows; reports answer that."""
