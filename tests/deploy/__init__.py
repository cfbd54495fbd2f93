"""Whether what deploys the worker is valid, and names only settings that exist."""
