"""The accounting core: receipts in, documents and their proof out."""
