"""Files of exchanges, wallets and lenders: how each writes its rows, and what the rows become."""
