"""Tests of the books room."""
