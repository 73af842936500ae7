"""One integration with everything that can be set of it."""
