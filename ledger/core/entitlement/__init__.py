"""Who needs how much: household, ISEE and the comune's own indicator, benefit and fee functions.

Exact numbers only, each with the steps that led to it. Not here: who applied (`ledger.imports`,
the vault), and money (`apply`). Source: domain.md 3; ENTITLEMENT.md beside this file.
"""
