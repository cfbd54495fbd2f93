"""What does the demonstration run on? A small model, a synthetic conversation, and their makers."""
