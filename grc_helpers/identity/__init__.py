"""Identify the customers: reading the firm's files, auditing them, telling who is who, and what follows from it."""
