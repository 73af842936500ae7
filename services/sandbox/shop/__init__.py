"""The practice shop: believable days, every hard kind of record among them.

For the demo and the tests only. Everything follows from the date, so the same days come
out each time. Records are as an adapter would hand them over (RECEIPTS.md).
"""

from services.sandbox.shop.days import HARD_KINDS, shop_days
from services.sandbox.shop.setting import MAPPING, STORE

__all__ = ["HARD_KINDS", "MAPPING", "STORE", "shop_days"]
