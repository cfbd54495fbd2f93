"""`turnstream topics`: the topics of the contract."""
