"""What Python's collector of cycles need not look at: a book and its ledger live for hours and hold no cycles."""

import gc


class LastingMemory:
    """Hides from the collector what lives long; a full collection over a large book stops a window for 0.2 s.

    What is hidden is still freed as soon as nothing refers to it. Only cycles that are rubbish at that moment would
    stay, so they are cleared away first, but for the first time: then the whole book would be walked.
    """

    def __init__(self) -> None:
        self._known = False

    def settle(self) -> None:
        """Hide everything that there is."""
        if self._known:
            gc.collect()
        self._known = True
        gc.freeze()
