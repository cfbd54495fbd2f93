"""Do the pure pieces of the adapters decide rightly?"""
