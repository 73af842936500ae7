"""Concert V3 (Caisse-AP): French terminals over TCP or serial (TERMINALS.md 3.2)."""
