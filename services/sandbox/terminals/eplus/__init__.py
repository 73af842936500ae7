"""A practice terminal that speaks Concert E+ on a pseudo-terminal, or on TCP."""
