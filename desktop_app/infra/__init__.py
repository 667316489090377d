"""Adapters to the outside: network, keyring, files and clock, each behind a port of core/ports.py."""
