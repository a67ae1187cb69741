"""Packages that are handed over, ours or another producer's: from a folder, zip or tar to submitted dossiers.

``source`` finds out what there is and unpacks it, ``receiving`` goes through it, ``blocking`` says what keeps a package
out, ``eark`` and ``state`` read what it says, ``packaged`` and ``wrapped`` make dossiers of it, ``content`` the package
that is stored.
"""
