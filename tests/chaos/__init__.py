"""Workers are killed, brokers stopped and links cut, and an oracle counts what became of jobs."""
