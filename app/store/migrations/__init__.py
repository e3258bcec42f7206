"""One file per step of the schema, run by Alembic."""
