"""Deliveries: what came from whom, what was found, what became of each dossier; receipts, minutes, scorecards."""
