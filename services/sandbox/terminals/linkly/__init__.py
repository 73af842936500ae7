"""A practice EFT-Client with its PIN pad: no card is ever charged."""
