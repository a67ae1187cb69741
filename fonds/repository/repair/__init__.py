"""Repair: what an audit found wrong is given the bytes again that were sealed, taken from a place that was read first.

``survey`` reads a package wherever it lies, ``plan`` says what is wrong and where good bytes are, ``mend`` puts one
place right, ``run`` is the whole of it with log, audit and incidents.
"""
