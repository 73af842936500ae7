"""One package a ledger, behind one interface."""
