"""What machines share: allowance, turns, signs of life."""
