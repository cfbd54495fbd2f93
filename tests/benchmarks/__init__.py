"""What does it cost? Commands that print a table and write JSON; never tests."""
