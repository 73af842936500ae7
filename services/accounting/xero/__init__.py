"""Xero as a ledger."""
