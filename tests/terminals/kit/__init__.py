"""What the tests of every terminal protocol share."""
