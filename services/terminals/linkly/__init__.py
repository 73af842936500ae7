"""Linkly EFT-Client over TCP/IP: Australia and New Zealand (TERMINALS.md 2).

The EFT-Client is a Windows service beside the PIN pad, one per till, that listens on port 2011.
"""
