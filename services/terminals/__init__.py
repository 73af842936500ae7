"""Card terminals: drivers, transports and the payment journal."""
