"""Delivery: carries messages to people, each in a child process of its own that is ended when it hangs."""
