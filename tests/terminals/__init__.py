"""The card terminals."""
