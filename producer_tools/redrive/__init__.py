"""`turnstream redrive`: dead letters become jobs again."""
