"""The practice Xero, practice terminals and practice shop."""
