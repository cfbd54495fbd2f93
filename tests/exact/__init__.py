"""Does the engine say what stock pyannote.audio says? A command that compares them; never a test.

`python -m tests.exact` takes most of an hour on two cores. What the other tests of the engine
borrow from here is a short form of the same.
"""
