"""Draws the synthetic example fonds: texts, old-looking pages, pictures, inventory.

Everything is invented ("Dữ liệu tổng hợp"): the province, the offices and every person.
"""
