"""What does the engine save? Commands that compare it with stock pyannote; never tests."""
