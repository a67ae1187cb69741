"""Pure formats and models: descriptions, dates, Vietnamese text, METS, PREMIS, EAD3. No input or output."""
