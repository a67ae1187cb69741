"""The rules of a package of the dialect ``tt05-2025``: one rule, one file."""
