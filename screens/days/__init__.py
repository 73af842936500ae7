"""A month of business dates, store by day: no cell is blank."""
