"""From a day's takings to rows that wait to be sent."""
