"""Card terminals: their state, payments, adding one, their money day by day."""
