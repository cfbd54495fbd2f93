"""Which voices of a recording belong to the same speaker? Stock's clusters, for ten hours, too."""
