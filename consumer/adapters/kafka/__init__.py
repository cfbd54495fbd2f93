"""Kafka on confluent-kafka: where jobs come from, and how results and offsets go out."""
