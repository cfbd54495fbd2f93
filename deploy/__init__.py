"""How do workers get to where they run, and how are they watched there?"""
