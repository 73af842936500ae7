"""A store's link to its organisation: made, looked after, paused, ended."""
