"""Help: what the place you came from is for, its keys.

And the words of the trade.
"""
