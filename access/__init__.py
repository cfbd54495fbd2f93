"""Be let in by the brokers and buckets of managed clouds: the same for workers and client tools."""
