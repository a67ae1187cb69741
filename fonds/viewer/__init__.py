"""The reading room: Flask pages, IIIF and tiles."""
