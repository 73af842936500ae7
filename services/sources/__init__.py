"""Adapters that turn what a till recorded into receipts."""
