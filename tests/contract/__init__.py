"""Do a port's fake and its real adapters keep the same promises?"""
