"""``python -m fonds``. Ctrl-C is no traceback either while the program is still being loaded."""

import gc
import sys


def run() -> None:
    """Load the command line and run it."""
    # What is loaded stays. Looking through it for garbage, and that often, takes a tenth of loading and of a large job.
    gc.disable()
    try:
        from fonds.cli.main import main  # noqa: PLC0415 - what takes long to load is loaded inside the try
    except KeyboardInterrupt:
        exec("")  # noqa: S102 - as fonds.cli.main._forget_interrupt, which may not be loaded yet
        sys.stderr.write("\nĐã dừng, chưa làm gì / stopped, nothing was begun.\n")
        sys.exit(130)
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
    main()


if __name__ == "__main__":
    run()
