"""Practice card terminals: one package a protocol.

They are our own reading of the specifications, written apart from the drivers and sharing
nothing with them, so that a fault in one shows. No card is ever charged.
"""
