"""Concert E+: French terminals on a serial line (TERMINALS.md 3.1).

Its handshake also carries Concert V3 where that runs over a serial line.
"""
