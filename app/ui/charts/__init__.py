"""Pictures drawn with pyqtgraph, imported only when one is shown."""
