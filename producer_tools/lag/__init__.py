"""`turnstream lag`: how much work is waiting."""
