"""Linkly Cloud REST: a PIN pad over the internet (TERMINALS.md 2.1, 2.3).

A session is one request to the PIN pad, under an id of ours; it can be asked for again by that id.
"""
