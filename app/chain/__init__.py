"""Watched wallets on the chain: addresses from public keys, and servers that tell what lies there."""
