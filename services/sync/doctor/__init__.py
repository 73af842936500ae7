"""The doctor: finds tomorrow's failures today, and changes nothing."""
