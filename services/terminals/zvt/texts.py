"""What the codes of ZVT mean, in words (PA00P015 10 and table 17)."""

from __future__ import annotations

from typing import Literal

from services.terminals.zvt import german

Language = Literal["en", "de"]

RESULTS = {
    0x00: "no error",
    0x64: "the card cannot be read",
    0x65: "there is no card data: neither a stripe nor a chip was found",
    0x66: "processing error",
    0x67: "not permitted for ec and Maestro cards",
    0x68: "not permitted for credit and tank cards",
    0x6A: "the turnover file is full",
    0x6B: "the function is off: the terminal is not registered",
    0x6C: "aborted by time-out or abort key",
    0x6E: "the card is on the block list",
    0x6F: "wrong currency",
    0x71: "not enough credit on the card",
    0x72: "chip error",
    0x73: "the card data are not correct",
    0x74: "DUKPT engine exhausted",
    0x75: "the text is not authentic",
    0x76: "the card is not on the white list",
    0x77: "end of day is not possible",
    0x78: "the card has expired",
    0x79: "the card is not valid yet",
    0x7A: "the card is unknown",
    0x7B: "no fallback to the stripe for girocard",
    0x7C: "no fallback to the stripe",
    0x7D: "the communication module does not answer",
    0x7E: "no fallback to the stripe; a debit advice is possible",
    0x83: "the function is not possible",
    0x85: "a key is missing",
    0x89: "the PIN pad is defective",
    0x9A: "ZVT protocol error",
    0x9B: "the line to the bank is disturbed",
    0x9C: "please wait",
    0xA0: "the receiver is not ready",
    0xA1: "the remote station does not respond",
    0xA3: "no connection",
    0xA4: "Geldkarte cannot be submitted",
    0xA5: "not allowed by PCI-DSS or P2PE rules",
    0xB1: "memory full",
    0xB2: "merchant journal full",
    0xB4: "reversed already",
    0xB5: "reversal is not possible",
    0xB7: "pre-authorisation wrong: amount too high, or wrong amount",
    0xB8: "error of a pre-authorisation",
    0xBF: "voltage too low",
    0xC0: "the card lock is defective",
    0xC1: "merchant card locked",
    0xC2: "diagnosis required",
    0xC3: "highest amount exceeded",
    0xC4: "card profile not valid: load new ones",
    0xC5: "means of payment not supported",
    0xC6: "currency not applicable",
    0xC8: "amount too small",
    0xC9: "highest transaction amount too small",
    0xCB: "only allowed in euro",
    0xCC: "the printer is not ready",
    0xCD: "cashback is not possible",
    0xD2: "not permitted for service and bank customer cards",
    0xDC: "a card is inserted",
    0xDD: "error while the card was given back",
    0xDE: "error while the card was taken in",
    0xE0: "remote maintenance is on",
    0xE2: "the card reader does not answer or is defective",
    0xE3: "the shutter is closed",
    0xE4: "the terminal has to be activated",
    0xE7: "a goods group was not found",
    0xE8: "no table of goods groups is loaded",
    0xE9: "restriction code not permitted",
    0xEA: "card code not permitted",
    0xEB: "not executable: PIN algorithm unknown",
    0xEC: "the PIN cannot be processed",
    0xED: "the PIN pad is defective",
    0xF0: "an end of day is open: run it first",
    0xF1: "ec-cash or Maestro offline error",
    0xF5: "OPT error",
    0xF6: "OPT personalisation required",
    0xFA: "offline transactions could not be handed in",
    0xFB: "the turnover data are defective",
    0xFC: "a necessary device is missing or defective",
    0xFD: "the baud rate is not supported",
    0xFE: "the till is unknown",
    0xFF: "system error",
}
_CARD_OUT = {"en": "please remove the card", "de": "bitte Karte entnehmen"}
_WITH_CARD_OUT = 0x40
# (English, German). A code from 41 to 67 is the one 40 below it, with the card to be taken out.
_STATUS: dict[int, tuple[str, str]] = {
    0x00: ("waiting for the amount to be confirmed", "Terminal wartet auf Betragbestätigung"),
    0x01: ("please watch the PIN pad", "bitte Anzeigen auf dem PIN-Pad beachten"),
    0x02: ("please watch the PIN pad", "bitte Anzeigen auf dem PIN-Pad beachten"),
    0x03: ("not accepted", "Vorgang nicht möglich"),
    0x04: ("waiting for the answer of the bank", "Terminal wartet auf Antwort der Zentrale"),
    0x05: ("the terminal sends a reversal", "Terminal sendet Autostorno"),
    0x06: ("the terminal sends later bookings", "Terminal sendet Nachbuchungen"),
    0x07: ("card not admitted", "Karte nicht zugelassen"),
    0x08: ("card unknown", "Karte unbekannt / undefiniert"),
    0x09: ("card expired", "Karte verfallen"),
    0x0A: ("insert card", "Karte einstecken"),
    0x0B: ("please remove the card", "bitte Karte entnehmen"),
    0x0C: ("card not readable", "Karte nicht lesbar"),
    0x0D: ("processing aborted", "Vorgang abgebrochen"),
    0x0E: ("please wait", "Vorgang wird bearbeitet, bitte warten"),
    0x0F: (
        "the terminal starts an automatic end of day",
        "Terminal leitet einen automatischen Kassenabschluss ein",
    ),
    0x10: ("invalid card", "Karte ungültig"),
    0x11: ("balance display", "Guthabenanzeige"),
    0x12: ("system malfunction", "Systemfehler"),
    0x13: ("payment not possible", "Zahlung nicht möglich"),
    0x14: ("credit not sufficient", "Guthaben nicht ausreichend"),
    0x15: ("incorrect PIN", "Geheimzahl falsch"),
    0x16: ("limit not sufficient", "Limit nicht ausreichend"),
    0x17: ("please wait", "bitte warten"),
    0x18: ("PIN tried too often", "Geheimzahl zu oft falsch"),
    0x19: ("card data incorrect", "Kartendaten falsch"),
    0x1A: ("service mode", "Servicemodus"),
    0x1B: ("approved, please fill up", "Autorisierung erfolgt, bitte tanken"),
    0x1C: ("approved, please take the goods", "Zahlung erfolgt, bitte Ware entnehmen"),
    0x1D: ("declined", "Autorisierung nicht möglich"),
    0x26: ("waiting for the mobile number", "Terminal wartet auf Eingabe der Mobilfunknummer"),
    0x27: ("waiting for the mobile number again", "Terminal wartet auf Wiederholung der Mobilfunknummer"),
    0x28: ("currency selection, please wait", "Währungsauswahl, bitte warten"),
    0x29: ("language selection, please wait", "Sprachauswahl, bitte warten"),
    0x2A: ("insert the card to load it", "zum Laden Karte einstecken"),
    0x2B: ("emergency transaction, please wait", "Offline-Notbetrieb, bitte warten"),
    0x2C: ("application selection, please wait", "Auswahl Debit/Kredit, bitte warten"),
    0x68: ("the customer's card was inserted", "Einstecken der Kundenkarte erkannt"),
    0x69: ("please choose the currency (DCC)", "bitte DCC auswählen"),
    0xC7: ("waiting for the mileage", "Terminal wartet auf Eingabe des Kilometerstands"),
    0xC8: ("waiting for the cashier", "Terminal wartet auf Kassierer"),
    0xC9: ("the terminal starts an automatic diagnosis", "Terminal leitet eine automatische Diagnose ein"),
    0xCA: ("the terminal starts an initialisation", "Terminal leitet eine automatische Initialisierung ein"),
    0xCB: ("merchant journal full", "Händlerjournal voll"),
    0xCC: ("debit advice not possible, PIN required", "Lastschrift nicht möglich, PIN notwendig"),
    0xD2: ("connecting to the bank", "DFÜ-Verbindung wird hergestellt"),
    0xD3: ("connected to the bank", "DFÜ-Verbindung besteht"),
    0xE0: ("waiting for the application to be chosen", "Terminal wartet auf Anwendungsauswahl"),
    0xE1: ("waiting for the language to be chosen", "Terminal wartet auf Sprachauswahl"),
    0xE2: ("use the cleaning card", "bitte Reinigungskarte benutzen"),
    0xF1: ("offline", "offline"),
    0xF2: ("online", "online"),
    0xF3: ("offline transaction", "Offline-Transaktion"),
}
_LAST_WITH_CARD_OUT = 0x67
# The specification has no words for it.
_WITHOUT_WORDS = 0x4A
_FROM_THE_BANK = range(0x01, 0x64)
_DECLINED = {"en": "declined by the bank, code", "de": "von der Bank abgelehnt, Code"}
_ERROR = {"en": "error", "de": "Fehler"}
_INITIALISATION = 0x51
# What a status enquiry says in other words than the same code of a result.
_STATES = {
    "en": {0x00: "ready", _INITIALISATION: "initialisation required"},
    "de": {0x00: "bereit", _INITIALISATION: "Initialisierung erforderlich"},
}
# Behind an end of day: a software update follows, or the terminal starts again.
_WHAT_FOLLOWS = {
    0xE0: {
        "en": "a software update by remote maintenance follows: it may not answer for some minutes",
        "de": "ein Software-Update durch Fernwartung folgt: es antwortet einige Minuten nicht",
    },
    0xFC: {
        "en": "the terminal starts again: it may not answer for some minutes",
        "de": "das Terminal startet neu: es antwortet einige Minuten nicht",
    },
}


def result_text(code: int, language: Language = "en") -> str:
    """Return what a result code means; 01 to 63 are the bank's own."""
    known = (german.RESULTS if language == "de" else RESULTS).get(code)
    kind = _DECLINED if code in _FROM_THE_BANK else _ERROR
    return known or f"{kind[language]} {code:02X}"


def state_text(code: int, language: Language = "en") -> str:
    """Return what the code of a status enquiry (05 01) means."""
    return _STATES[language].get(code) or result_text(code, language)


def what_follows(code: int, language: Language = "en") -> str:
    """Return what the terminal does after an end of day that ended with this code."""
    known = _WHAT_FOLLOWS.get(code)
    return known[language] if known else result_text(code, language)


def status_text(code: int, language: Language = "en") -> str:
    """Return what an intermediate status says; empty for a code without words."""
    german_words = language == "de"
    if code in _STATUS:
        return _STATUS[code][german_words]
    bare = _STATUS.get(code - _WITH_CARD_OUT)
    if bare is None or code == _WITHOUT_WORDS or not _WITH_CARD_OUT < code <= _LAST_WITH_CARD_OUT:
        return ""
    card_out = _CARD_OUT[language]
    return card_out if bare[german_words] == card_out else f"{bare[german_words]}; {card_out}"
