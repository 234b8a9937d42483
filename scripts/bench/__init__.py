"""Figures: a file each, beside its baseline in the same run."""
