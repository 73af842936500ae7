"""Several machines on one database, and the calls they share."""
