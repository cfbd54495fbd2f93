"""The main job shown on a machine that has neither Kafka nor an object store."""
