"""Taking receipts in."""
