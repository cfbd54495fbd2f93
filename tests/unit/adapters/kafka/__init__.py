"""Are the Kafka adapters right where no broker is needed?"""
