"""`turnstream tail`: results and dead letters as they come."""
