"""The history of the catalogue's tables (Alembic). A change of ``tables.py`` comes with a new version here."""
