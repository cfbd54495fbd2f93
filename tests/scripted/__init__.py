"""A worker process whose model is a script: right answers, chosen delays, traps and bugs."""
