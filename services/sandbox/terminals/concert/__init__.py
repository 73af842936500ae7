"""A practice terminal that speaks Concert V3 on TCP, or on a pseudo-terminal."""
