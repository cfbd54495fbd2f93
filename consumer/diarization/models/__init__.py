"""How does a model of the catalogue come onto this machine, and what is it?"""
