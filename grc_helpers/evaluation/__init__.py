"""Evaluate and decide: indicators, flows of customers, three analyses that answer one another, learning, budgets."""
