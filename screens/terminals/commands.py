"""What can be done with card terminals, and its keys."""

from __future__ import annotations

from screens.commands import Command

COMMANDS = (
    Command("test", "t", "Test", "Ask the terminal how it is.", "use_terminals", bar=90),
    Command("add", "a", "Add", "Add a card terminal.", "set_up_terminals", bar=88),
    Command(
        "ask_again",
        "u",
        "Ask again",
        "Find out what became of a payment.",
        "use_terminals",
        bar=94,
        passing=True,
    ),
    Command(
        "decide", "v", "Decide", "Settle a payment by your word.", "resolve_payments", bar=93, passing=True
    ),
    Command(
        "answer", "r", "Answer", "Answer the terminal's question.", "take_payments", bar=96, passing=True
    ),
    Command(
        "abort", "x", "Abort", "Ask the running payment to abort.", "take_payments", bar=95, passing=True
    ),
    Command(
        "pay",
        "y",
        "Test payment",
        "Take a payment on a practice terminal.",
        "take_payments",
        bar=82,
        passing=True,
    ),
    Command("totals", "o", "Totals", "Read its totals.", "use_terminals", bar=80),
    Command("settle", "d", "End of day", "Run its end of day.", "use_terminals", bar=79),
    Command("money", "m", "Card money", "Compare terminals, receipts and clearing account.", bar=74),
    Command("reprint", "i", "Reprint", "Show the last receipt again.", "use_terminals", bar=30),
    Command("change", "c", "Change", "Change its settings.", "set_up_terminals", bar=72),
    Command("switch", "f", "On or off", "Switch it off or on here.", "set_up_terminals", bar=25),
    Command("tills", "k", "Till keys", "See which tills may use terminals.", "set_up_terminals", bar=35),
)
