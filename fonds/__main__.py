"""``python -m fonds``."""

from fonds.cli.main import main

if __name__ == "__main__":
    main()
