"""Receiving a delivery: reading the inventory, walking the folders, and the quality gate."""
