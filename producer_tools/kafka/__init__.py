"""Reach the brokers: settings, clients, messages."""
