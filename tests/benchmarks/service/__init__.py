"""What does the service around the engine cost? On a real Kafka and a real MinIO."""
