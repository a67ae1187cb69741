"""Reports for auditors, and the printed forms of the field, made from the rows that are there."""
