"""`turnstream load`: send a load of jobs, made from a seed, and measure what becomes of it."""
