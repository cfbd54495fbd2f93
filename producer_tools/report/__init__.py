"""`turnstream report`: show one job as a page."""
