"""``python -m app``: the window without a subcommand, the command line with one.

In a source checkout the environment is made first (see ``_environment``). Readable by Python 3.8.
"""

import sys

from app import _environment


def main() -> None:
    """Start Plimsoll with the arguments of this process, and end it."""
    argv = sys.argv[1:]
    _environment.enter("app", argv, graphical=_environment.wants_window(argv))
    from app.cli.main import run

    run()


if __name__ == "__main__":
    main()
