"""Posting by file, when the ledger is out of reach for good."""
