"""`turnstream verify`: has every job exactly one terminal result, and is what it names there?"""
