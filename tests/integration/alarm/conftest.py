"""The desktop's bus is Linux's."""

import sys

collect_ignore = [] if sys.platform == "linux" else ["test_desktop_names.py"]
