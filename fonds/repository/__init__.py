"""What the archive does: check, ingest, store, audit, search, give access; the ports it needs."""
