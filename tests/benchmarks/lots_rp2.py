"""Reckons rows from stdin with rp2, when an interpreter that has it runs this; prints seconds and all gains.

Rows are ``time,kind,sats,value,fee``. Only the reckoning is measured, not reading the rows nor making rp2's objects.
"""

import logging
import sys
import tempfile
from datetime import date
from importlib import import_module
from time import process_time

_INI = """[general]
assets = BTC
exchanges = One
holders = Me

[in_header]
timestamp = 0

[out_header]
timestamp = 0

[intra_header]
timestamp = 0

[accounting_methods]
1970 = fifo
"""


def main() -> None:
    """Reckon."""
    logging.disable(logging.CRITICAL)
    number = import_module("rp2.rp2_decimal").RP2Decimal
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
        file.write(_INI)
        file.flush()
        config = import_module("rp2.configuration").Configuration(
            file.name, import_module("rp2.plugin.country.us").US()
        )
    sets = {
        kind: import_module("rp2.transaction_set").TransactionSet(config, kind, "BTC", date.min, date.max)
        for kind in ("IN", "OUT", "INTRA")
    }
    bought = import_module("rp2.in_transaction").InTransaction
    sold = import_module("rp2.out_transaction").OutTransaction
    for index, line in enumerate(sys.stdin.read().split()):
        at, kind, sats, value, fee = line.split(",")
        btc = number(sats) / number(100_000_000)
        if kind == "buy":
            price = number(value) / btc
            made = bought(config, at, "BTC", "One", "Me", "BUY", price, btc, fiat_fee=number(fee), row=index + 1)
            sets["IN"].add_entry(made)
        else:
            # It does not take a sale's fee in money off the proceeds, so the price is that after the fee.
            price = (number(value) - number(fee)) / btc
            made = sold(config, at, "BTC", "One", "Me", "SELL", price, btc, number(0), row=index + 1)
            sets["OUT"].add_entry(made)
    data = import_module("rp2.input_data").InputData("BTC", sets["IN"], sets["OUT"], sets["INTRA"])
    methods = import_module("prezzemolo.avl_tree").AVLTree()
    methods.insert_node(1970, import_module("rp2.plugin.accounting_method.fifo").AccountingMethod())
    engine = import_module("rp2.accounting_engine").AccountingEngine(methods)
    began = process_time()
    done = import_module("rp2.tax_engine").compute_tax(config, engine, data)
    taken = process_time() - began
    print(taken, sum((one.fiat_gain for one in done.gain_loss_set), number(0)))


if __name__ == "__main__":
    main()
