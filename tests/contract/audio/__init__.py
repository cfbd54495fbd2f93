"""Does every decoder keep the promises of its port, and does the real one survive its files?"""
