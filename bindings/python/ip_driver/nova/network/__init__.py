"""The network managers: see manager.py."""
