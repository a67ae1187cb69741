"""Page files: facts from headers, strict decoding, access copies, views."""

from fonds.repository.backends.imaging.backend import VipsImaging

__all__ = ["VipsImaging"]
