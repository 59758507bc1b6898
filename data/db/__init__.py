"""All SQL: one module a topic, every function takes the session and the owner first."""
