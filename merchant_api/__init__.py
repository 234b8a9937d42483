"""JSON for tills: translates HTTP to the ledger's verbs and back; decides nothing about money."""
