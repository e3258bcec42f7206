"""The one place where things are built and handed to each other. No Qt, no command line.

``books`` is for short lives that read or write a file, ``desk`` for those that ask for prices, ``window`` for the
window. What a start does not need at once is imported when it is first used: ``status`` on a given price loads neither
the sources nor SQLAlchemy, and a window shows a book before it loads them.
"""
