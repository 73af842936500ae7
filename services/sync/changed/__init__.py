"""Changes after posting, at the tills and in the ledger."""
