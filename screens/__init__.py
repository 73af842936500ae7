"""The screens of the console, one folder each."""
