"""What many workers would do with many jobs: the worker's own decisions, on a clock of our own."""
