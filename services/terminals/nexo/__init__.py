"""nexo Sale-to-POI as Adyen's terminals speak it: JSON, local, sealed.

TERMINALS.md 4 and 6: one HTTPS request a message, answered when the terminal is done.
"""
