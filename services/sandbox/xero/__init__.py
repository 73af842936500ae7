"""The practice Xero: a stand-in for Xero on loopback.

For demonstrations and tests.

It works out documents, tax and ledger by itself, so it can prove what Tillbook sends.
It is not Xero: its organisations are practice companies and say so by name.
"""

from services.sandbox.xero.calls import Call, CallLog
from services.sandbox.xero.chart import AU_TENANT, GB_TENANT, NZ_TENANT
from services.sandbox.xero.config import (
    CUSTOM_CLIENT,
    CUSTOM_SECRET,
    PKCE_CLIENT,
    WEB_CLIENT,
    WEB_SECRET,
    PracticeConfig,
    PracticeOrganisation,
)
from services.sandbox.xero.faults import Fault, Faults
from services.sandbox.xero.mix import KINDS, Mix
from services.sandbox.xero.practice import PracticeXero
from services.sandbox.xero.problems import Answer
from services.sandbox.xero.scopes import ALL_SCOPES
from services.sandbox.xero.settings import (
    REDIRECT,
    Limits,
    PracticeAccount,
    PracticeApp,
    PracticeContact,
    PracticeTaxRate,
    PracticeTracking,
    PracticeUser,
    SettingsError,
)

__all__ = [
    "ALL_SCOPES",
    "AU_TENANT",
    "CUSTOM_CLIENT",
    "CUSTOM_SECRET",
    "GB_TENANT",
    "KINDS",
    "NZ_TENANT",
    "PKCE_CLIENT",
    "REDIRECT",
    "WEB_CLIENT",
    "WEB_SECRET",
    "Answer",
    "Call",
    "CallLog",
    "Fault",
    "Faults",
    "Limits",
    "Mix",
    "PracticeAccount",
    "PracticeApp",
    "PracticeConfig",
    "PracticeContact",
    "PracticeOrganisation",
    "PracticeTaxRate",
    "PracticeTracking",
    "PracticeUser",
    "PracticeXero",
    "SettingsError",
]
