"""Help: what the place you came from is for, its keys, and the words of the trade."""
