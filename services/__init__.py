"""Everything the service does, without a screen."""
