"""Colours, glyphs and words for each state."""
