"""The words of the trade, explained in a sentence."""

from __future__ import annotations

GLOSSARY = {
    "Account sale": "A sale on a customer's account: an invoice of its own, paid later.",
    "Allowance": "How many calls a minute and a day Xero lets Tillbook make.",
    "Business date": "The day a sale belongs to at the store, also after midnight until the cut-off.",
    "Clearing account": "An account that holds what a tender took until the bank has it.",
    "Cut-off": "The time of day at which the store's business date ends.",
    "Layby": "Goods put aside against part payments: a liability until they are handed over.",
    "Lock date": "The date up to which the books are closed; nothing is posted on or before it.",
    "Mapping": "Which account and tax type each category, tax code and tender goes to.",
    "Organisation": "One set of books in Xero; Xero also calls it a tenant.",
    "Outcome unknown": "A call whose answer was lost. It is looked up, never simply sent again.",
    "Over/short": "What was counted in the drawer less what should have been in it.",
    "Proof": "The equalities that must hold between tills and documents before a day is sent.",
    "Settlement": "What a card terminal says it took, and later what the bank pays out.",
    "Shape": "How a day becomes documents: invoice, net invoice, zero invoice or journal.",
    "Tender": "A way of paying: cash, EFTPOS, a card scheme, a gift card, on account.",
}

TERMINAL_ADVICE = (
    "Over a slow link, put Compression yes into ~/.ssh/config: a screen is then a twentieth.",
    "The mouse is left to your terminal, so selecting and copying work as ever.",
    "If the shell looks odd after a dropped link, type: reset",
    "In tmux, set -s escape-time 10 makes Esc quick, and set -s set-clipboard on lets copies out.",
)
