"""A bundle as a practice plan: checked, unpacked, its failures set up again."""
