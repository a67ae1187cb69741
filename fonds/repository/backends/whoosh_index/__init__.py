"""The index in Whoosh: the only place that knows of it. Its files are a cache and can always be made again."""

from fonds.repository.backends.whoosh_index.index import WhooshIndex

__all__ = ["WhooshIndex"]
