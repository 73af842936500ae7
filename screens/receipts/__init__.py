"""The receipts behind a number, with a running sum, down to the receipt."""
