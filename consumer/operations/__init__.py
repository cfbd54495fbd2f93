"""What do the kinds of work need, and what do they return?"""
