"""When days are sent: by frequency, by the clock, and when a person asks."""
