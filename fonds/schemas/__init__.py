"""Vocabularies, profiles, messages and official schemas, with the loaders that read them. No network."""
