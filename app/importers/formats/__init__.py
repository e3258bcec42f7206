"""One module per format; each has a ``FORMAT``, which ``app.importers.registry`` lists."""
