"""Reading what a call sent: text, amounts, dates, lists, each of its own type.

A value of the wrong JSON type ends the whole call, as Xero's reader does
(PostDataInvalidException); a value that breaks a rule is a finding of its element.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from services.sandbox.xero.problems import post_data_invalid
from services.sandbox.xero.wire import Element, Json, loads, read_date

NUMBER_LENGTH = 255
REFERENCE_LENGTH = 255
DESCRIPTION_LENGTH = 4000
DATE_FIELDS = frozenset({"Date", "DueDate"})
NUMBER_FIELDS = frozenset(
    {"Quantity", "UnitAmount", "LineAmount", "TaxAmount", "DiscountRate", "DiscountAmount", "Amount", "Total"}
)
_FLAG_FIELDS = frozenset(
    {"SentToContact", "IsReconciled", "ShowOnCashBasisReports", "EnablePaymentsToAccount"}
)
_LIST_FIELDS = frozenset({"LineItems", "JournalLines", "Tracking"})
_OBJECT_FIELDS = frozenset({"Contact", "Invoice", "CreditNote", "Account"})
_TEXT_FIELDS = frozenset(
    (
        "AccountCode", "AccountID", "AccountNumber", "Code",
        "ContactID", "ContactNumber", "ContactStatus", "CreditNoteID",
        "CreditNoteNumber", "CurrencyCode", "Description", "EmailAddress",
        "FirstName", "InvoiceID", "InvoiceNumber", "ItemCode",
        "LastName", "LineAmountTypes", "LineItemID", "ManualJournalID",
        "Name", "Narration", "Option", "Reference",
        "Status", "TaxNumber", "TaxType", "TrackingCategoryID",
        "TrackingOptionID", "Type", "Url",
    )
)  # fmt: skip


@dataclass
class Findings:
    """What was found wrong (errors) or was changed (warnings) in one element."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def error(self, message: str) -> None:
        """Note an error, once."""
        if message not in self.errors:
            self.errors.append(message)

    def warn(self, message: str) -> None:
        """Note a warning, once."""
        if message not in self.warnings:
            self.warnings.append(message)

    def check_length(self, name: str, value: str, limit: int) -> None:
        """Note text that is longer than Xero keeps (XERO.md 6.13; wording unverified)."""
        if len(value) > limit:
            self.error(f"The {name} field must not be longer than {limit} characters.")


def elements(body: bytes, plural: str) -> list[Element]:
    """Return the elements of a write: `{plural: [...]}`, a bare list, or one element.

    Raises HttpProblem before anything is written where one cannot be read.
    """
    try:
        data = loads(body)
    except (ValueError, RecursionError) as error:
        raise post_data_invalid(f"JSON for post data was invalid,{error}", 17) from error
    if isinstance(data, dict):
        data = data.get(plural, [data])
    if isinstance(data, dict):
        data = [data]
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise post_data_invalid(f"Object reference not set: {plural} must be a list of objects", 17)
    for entry in data:
        check_types(entry)
    return data


def check_types(element: Element) -> None:
    """Read every field of an element once.

    Raise HttpProblem where one has a wrong type.
    """
    for name in element:
        if name in DATE_FIELDS:
            day(element, name)
        elif name in NUMBER_FIELDS:
            amount(element, name)
        elif name in _FLAG_FIELDS:
            flag(element, name)
        elif name in _LIST_FIELDS:
            for entry in entries(element, name):
                check_types(entry)
        elif name in _OBJECT_FIELDS:
            check_types(nested(element, name))
        elif name in _TEXT_FIELDS:
            text(element, name)


def text(element: Element, name: str, default: str = "") -> str:
    """Return a text field; numbers are taken as their digits.

    Null and absent as default.
    """
    value = element.get(name)
    if value is None:
        return default
    if isinstance(value, bool | list | dict):
        raise _unreadable(value, name, "System.String")
    return str(value)


def given(element: Element, name: str) -> bool:
    """Return whether the field was sent and is not null."""
    return element.get(name) is not None


def flag(element: Element, name: str, *, default: bool = False) -> bool:
    """Return a boolean field; Xero takes the words true and false too."""
    value = element.get(name, default)
    if isinstance(value, bool):
        return value
    if str(value).lower() in {"true", "false"}:
        return str(value).lower() == "true"
    raise _unreadable(value, name, "System.Boolean")


def amount(element: Element, name: str) -> Decimal | None:
    """Return a number field, None where absent or null."""
    value = element.get(name)
    if value is None:
        return None
    if isinstance(value, int | str | Decimal) and not isinstance(value, bool):
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and abs(number) < Decimal(10) ** 18:
            return number
    raise _unreadable(value, name, "System.Decimal")


def day(element: Element, name: str) -> date | None:
    """Return a date field, None where absent or null."""
    value = text(element, name)
    if not value:
        return None
    try:
        return read_date(value)
    except (ValueError, OverflowError) as error:
        raise post_data_invalid(f"The string '{value}' is not a valid AllXsd value.") from error


def nested(element: Element, name: str) -> Element:
    """Return an object field, empty where absent."""
    value = element.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _unreadable(value, name, name)
    return value


def entries(element: Element, name: str) -> list[Element]:
    """Return a list-of-objects field, empty where absent."""
    value = element.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        raise _unreadable(value, name, f"List<{name}>")
    return value


def messages(found: list[str]) -> list[Json]:
    """Return messages in the shape of ValidationErrors and Warnings."""
    return [{"Message": message} for message in found]


def _unreadable(value: object, name: str, kind: str) -> Exception:
    return post_data_invalid(f"Error converting value {value!r} to type '{kind}'. Path '{name}'.")
