"""Stands where Amazon's package is installed, for brokers that believe unsigned tokens."""
