"""A posted day that changes, with the installed program."""

from __future__ import annotations

import json
from decimal import Decimal

from tests.e2e.practice import NZ_TENANT
from tests.e2e.records import sale
from tests.e2e.shop import Ran, Shop


def changes(shop: Shop, date: str) -> list[dict[str, object]]:
    """Return the changes of a date."""
    answer = shop.tillbook("changes", "--store", shop.key, "--date", date).done()
    found: list[dict[str, object]] = answer["changes"]
    return found


def resolve(shop: Shop, date: str, by: str, *more: str) -> Ran:
    """Decide about a date, as a script does."""
    return shop.tillbook("changes", "resolve", "--store", shop.key, "--date", date, "--by", by, *more)


def late(shop: Shop, date: str, prefix: str) -> None:
    """Post a day and have a late receipt come in."""
    shop.take([sale(date, f"{prefix}-1", "100.00")]).done()
    assert shop.sync(date).status == 0
    shop.take([sale(date, f"{prefix}-2", "23.00")]).done()


def posted(shop: Shop, date: str, prefix: str) -> None:
    """Post a day that then waits, changed, for a person."""
    late(shop, date, prefix)
    assert shop.day(date)["state"] == "changed"


def invoices(shop: Shop, date: str) -> dict[str, str]:
    """Return the status of each invoice of a date at the practice Xero, by number."""
    answer = shop.xero.act(NZ_TENANT, "GET", "Invoices?page=1&pageSize=1000")
    return {
        each["InvoiceNumber"]: each["Status"] for each in answer["Invoices"] if date in each["InvoiceNumber"]
    }


def test_a_change_is_shown_forecast_and_corrected(shop: Shop) -> None:
    date = "2026-05-04"
    posted(shop, date, "CD")
    (change,) = changes(shop, date)
    assert (change["side"], change["sent"], change["now"], change["difference"]) == (
        "tills",
        "100.00",
        "123.00",
        "23.00",
    )
    assert shop.preview(date)["changes"] == [change]
    forecast = resolve(shop, date, "delta", "--dry-run").done()
    assert [step["do"] for step in forecast["steps"]] == ["create", "pay"]
    assert all(check["holds"] for check in forecast["proof"])
    assert resolve(shop, date, "delta").status == 2, "a script says --yes"
    assert shop.day(date)["state"] == "changed"
    number = f"POS-queen-st-{date}"
    wanted = ("changes", "resolve", "--store", shop.key, "--date", date, "--by", "delta")
    assert "nothing was done" in shop.run(*wanted, "--dry-run").out
    said = shop.run(*wanted, "--yes").out
    assert (f"create ACCREC {number}-d1 23.00" in said, "nothing was done" in said) == (True, False)
    assert shop.day(date)["state"] == "posted"
    assert invoices(shop, date) == {number: "PAID", f"{number}-d1": "PAID"}
    assert changes(shop, date) == []
    words = shop.run("changes", "--store", shop.key, "--date", date)
    assert "Nothing that was posted has changed." in words.out


def test_a_change_is_voided_and_sent_anew(shop: Shop) -> None:
    date = "2026-05-05"
    before = shop.xero.balances(NZ_TENANT)
    posted(shop, date, "CR")
    done = resolve(shop, date, "resend", "--yes").done()
    assert done["day"]["state"] == "posted"
    number = f"POS-queen-st-{date}"
    assert invoices(shop, date) == {number: "VOIDED", f"{number}-r2": "PAID"}
    after = shop.xero.balances(NZ_TENANT)
    assert Decimal(after["611"]) - Decimal(before.get("611", "0")) == Decimal("123.00")


def test_a_change_is_kept_by_name(shop: Shop) -> None:
    date = "2026-05-06"
    posted(shop, date, "CK")
    done = resolve(shop, date, "keep", "--yes", "--note", "booked by hand").done()
    assert (done["queued"], done["day"]) == (False, None)
    assert shop.day(date)["state"] == "posted"
    entries = shop.tillbook("audit").done()["entries"]
    assert any(entry["action"] == "keep_change" for entry in entries)
    nothing = resolve(shop, date, "keep", "--yes")
    assert (nothing.status, nothing.answer["error"]["code"]) == (1, "nothing_changed")


def test_the_store_corrects_by_itself_when_told_to(shop: Shop) -> None:
    date = "2026-05-07"
    set_ = shop.tillbook("store", "set", "--store", shop.key, "--on-change", "delta").done()
    assert set_["on_change"] == "delta"
    late(shop, date, "CP")
    ran = shop.sync(date)
    shop.tillbook("store", "set", "--store", shop.key, "--on-change", "wait").done()
    assert (ran.status, ran.answer["days"][0]["state"]) == (0, "posted")
    assert f"POS-queen-st-{date}-d1" in invoices(shop, date)
    wrong = shop.tillbook("store", "set", "--store", shop.key, "--on-change", "perhaps")
    assert wrong.status != 0


def test_an_edit_in_xero_is_found_and_ours_is_sent_again(shop: Shop) -> None:
    date = "2026-05-08"
    shop.take([sale(date, "CX-1", "100.00")]).done()
    assert shop.sync(date).status == 0
    assert shop.tillbook("changes", "check", "--store", shop.key).done()["changed"] == []
    number = f"POS-queen-st-{date}"
    invoice = shop.xero.act(NZ_TENANT, "GET", f"Invoices/{number}")["Invoices"][0]
    lines = [{"LineItemID": invoice["LineItems"][0]["LineItemID"], "AccountCode": "260"}]
    shop.xero.act(NZ_TENANT, "POST", f"Invoices/{number}", {"LineItems": lines})
    ran = shop.tillbook("changes", "check", "--store", shop.key)
    assert (ran.status, ran.answer["changed"]) == (1, [number])
    assert shop.day(date)["state"] == "differs"
    (change,) = changes(shop, date)
    assert change["side"] == "ledger"
    assert resolve(shop, date, "resend", "--yes").done()["day"]["state"] == "posted"
    assert invoices(shop, date) == {number: "VOIDED", f"{number}-r2": "PAID"}
    assert shop.tillbook("changes", "check", "--store", shop.key).done()["changed"] == []


def test_a_receipt_that_is_gone_from_its_source_changes_its_day(shop: Shop) -> None:
    date = "2026-05-11"
    shop.take([sale(date, "CG-1", "100.00"), sale(date, "CG-2", "23.00")]).done()
    assert shop.sync(date).status == 0
    file = shop.folder / "whole.jsonl"
    file.write_text(json.dumps(sale(date, "CG-1", "100.00")) + "\n", encoding="utf-8")
    answer = shop.tillbook("import", str(file), "--whole-days").done()
    assert (answer["gone"], answer["dates"]) == (1, [date])
    (change,) = changes(shop, date)
    assert change["difference"] == "-23.00"
    entry = shop.tillbook("audit").done()["entries"][0]
    assert (entry["action"], entry["after"]["receipts"]) == ("receipts_gone", [f"queen-st {date} 1/CG-2"])
    assert shop.tillbook("import", str(file), str(file), "--whole-days").status == 2


def test_another_mapping_is_tried_without_sending(shop: Shop) -> None:
    date = "2026-05-12"
    shop.take([sale(date, "CM-1", "115.00")]).done()
    assert shop.sync(date).status == 0
    mapping = shop.tillbook("mapping", "export", "--store", shop.key).done()
    trial = {name: value for name, value in mapping.items() if name != "version" and value is not None}
    trial["categories"] = {**trial["categories"], "grocery": "205"}
    file = shop.folder / "trial.json"
    file.write_text(json.dumps(trial), encoding="utf-8")
    options = ("mapping", "diff", "--store", shop.key, "--to", str(file), "--dates", date)
    answer = shop.tillbook(*options).done()
    effect = answer["effect"]
    assert {row["name"]: row["difference"] for row in effect["accounts"]} == {
        "200": "100.00",
        "205": "-100.00",
    }
    assert [day["date"] for day in effect["days"]] == [date]
    assert "205" in shop.run(*options).out
    assert len(invoices(shop, date)) == 1
