"""The requirements of E-ARK CSIP, SIP, DIP and AIP 2.2 as a table (``requirements.json``)."""
