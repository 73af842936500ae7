"""How the files are brought into Xero, for the person who does it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from services.accounting.files.about import About
from services.accounting.files.file import File
from services.accounting.files.pages import WIDTH

_BEFORE = (
    "Import the files as they are: a spreadsheet program that saves them drops leading zeros of codes.",
    "Everything comes in as a draft. Compare it with this journal, then approve it.",
)
_HOW = {
    "sales_invoices": "{name}: Business, Invoices, Import. The unit amounts are {amounts}. Do not update"
    " contacts with address details. What comes to less than nothing comes in as a credit note."
    " Approve all. What the tills took is a line of each invoice, so an invoice of a day comes to 0.00"
    " and needs no payment.",
    "bills": "{name}: Business, Bills to pay, Import. The unit amounts are {amounts}. Approve all."
    " Petty cash that was paid out comes to 0.00.",
    "manual_journals": "{name}: Accounting, Manual journals, Import (an Adviser may). Before each is"
    " posted see that Amounts are says {amounts}, and that Show journal on cash basis reports is ticked.",
    "bank_statement": "{name}: Accounting, Bank accounts, {account}, Import a statement. Then Reconcile:"
    " match each line with the document that its reference names, which pays it.",
}
_CREDITS = (
    "A customer's payment comes in as a credit note of that customer: open the invoice it names and"
    " allocate the credit."
)
_NEVER = (
    "Tillbook sends nothing of these dates to Xero any more. Import each file once: Xero refuses an"
    " invoice number it has, but takes bills and journals again."
)


def steps_for(files: Sequence[File], about: About) -> str:
    """Return the steps as text of 80 columns, one paragraph a file."""
    steps = [*_BEFORE]
    for file in files:
        account = f"{file.account} {about.account_name(file.account)}".strip()
        how = _HOW[file.kind].format(name=file.name, amounts=file.amounts_are, account=account)
        steps.append(how)
    steps += [_CREDITS, _NEVER]
    numbered = [
        fill(f"{number:>2}. {step}", WIDTH, subsequent_indent="    ", break_long_words=False)
        for number, step in enumerate(steps, start=1)
    ]
    return "\n".join(["HOW TO BRING THIS INTO XERO", "", *numbered])
