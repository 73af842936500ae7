"""Changes of the tables, one file a change, run by Alembic."""
