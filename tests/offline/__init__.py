"""Tills without network, families with paper, and outages: simulated, against the real book."""
