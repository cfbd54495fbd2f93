"""Are workers and client tools let in by the brokers and buckets of managed clouds?"""
