"""Papers as offices of the state print them: what stands on one, as a page for a browser and as PDF."""

from fonds.packaging.paper.html import body_html, page_html
from fonds.packaging.paper.model import Letterhead, Paper, Section, Signature, Table
from fonds.packaging.paper.pdf import write_pdf

__all__ = ["Letterhead", "Paper", "Section", "Signature", "Table", "body_html", "page_html", "write_pdf"]
