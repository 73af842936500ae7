"""Tests of the accounting room."""
