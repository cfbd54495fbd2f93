"""Stories of clients that know the contract and not our package: the examples, as they are."""
