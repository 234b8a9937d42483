"""VERBS: gather, plan, submit; one business act in each file. No verb calls another."""
