"""The catalogue over SQLAlchemy Core; SQLite today, PostgreSQL behind the same ports later."""
