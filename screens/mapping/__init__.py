"""The mapping editor: what the tills say, to accounts, tax types and tracking."""
