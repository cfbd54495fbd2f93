"""What people who run the service ask: each module simulates one question and tables the answer."""
