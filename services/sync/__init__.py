"""A day's way to the ledger."""
