"""Promises, kept: mirrors the packages; every folder below is a package, so names may repeat."""
