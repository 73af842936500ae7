"""The lines to the terminals: TCP and serial, behind one protocol."""
