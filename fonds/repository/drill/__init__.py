"""The drill: faults of many kinds are planted in a scratch copy of packages, to see each of them found and repaired.

The holdings themselves are only read.
"""
