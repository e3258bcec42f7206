"""``python -m tests``: the whole suite, in the environment of this checkout. Arguments are pytest's."""

import os
import sys

from app import _environment


def main() -> int:
    """Run pytest; return its exit code."""
    argv = sys.argv[1:]
    _environment.enter("tests", argv, graphical=True)
    os.chdir(_environment.ROOT)
    import pytest

    return int(pytest.main(argv))


if __name__ == "__main__":
    sys.exit(main())
