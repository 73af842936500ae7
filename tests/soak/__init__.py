"""The soak: thousands of days through faults, kills and people.

And what must be true after.
"""
