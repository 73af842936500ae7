"""The first place: every integration of every store, and what needs somebody."""
