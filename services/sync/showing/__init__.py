"""What people are shown: days, their numbers, the log, the state of it all."""
