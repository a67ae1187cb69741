# Every task lives in dev.py, which needs Python only; this is for who is used to `make`.
# Arguments: make test ARGS="tests/packaging -x"
.PHONY: help setup demo test lint bench lock clean

help:
	@python3 dev.py help

setup demo test lint bench lock clean:
	@python3 dev.py $@ $(ARGS)
