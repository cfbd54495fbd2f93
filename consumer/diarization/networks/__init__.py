"""How do the windows of recordings go through the two networks of a pipeline?"""
