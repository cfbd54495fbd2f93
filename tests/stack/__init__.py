"""The real servers that tests and a human can start on this machine, and what lies on them."""
