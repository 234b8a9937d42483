"""A book's registers: named reads, and the rows that ride a request."""
