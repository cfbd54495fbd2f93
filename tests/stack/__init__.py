"""The real servers that the tests and a human can start on this machine."""
