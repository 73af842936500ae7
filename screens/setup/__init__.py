"""Setting an integration up, step by step; every step survives a dropped link."""
