"""`turnstream submit`: from audio on the command line to the answers."""
