"""A day's closing proof.

Tills, documents, debits and credits, and what must be equal.
"""
