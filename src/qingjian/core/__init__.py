"""
Words: the nouns every other room speaks in.

Belongs here: frozen value types, cards, ladders, errors, obligations, settings, clock, hashing,
ledger; standard library only.
Not here: anything that reads an item, judges it, stores it or shows it.
"""
