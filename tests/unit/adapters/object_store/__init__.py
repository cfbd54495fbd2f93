"""Do the pure pieces of the object stores decide rightly?"""
