"""What is said to terminals is kept: privately, bounded, in no payment's way."""

import logging
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.contract.terminals import PaymentState
from services.terminals.counter import messages
from services.terminals.counter.fleet import Tools
from services.terminals.counter.messages import FILES, FOLDER, Messages, file_of, kept_lines
from services.terminals.counter.office import TerminalsOffice
from tests.terminals.kit.at_counter import ANNA, AtCounter, at_counter
from tests.terminals.kit.cards import CARDS

_LINE = re.compile(r"2026-11-20T10:00:00\.\d{3}\+00:00 (-|[0-9A-Z]{10}) [<>] .+")
_TIME = datetime(2026, 11, 20, 10, 0, 0, 123_456, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose log folder is not there yet."""
    return tmp_path


@pytest.fixture
def kept(home: Path) -> Iterator[Messages]:
    """The files of a home; closed at the end."""
    made = Messages(home, lambda: _TIME)
    yield made
    made.stop()


@pytest.fixture
def shop(template: Path, home: Path) -> Iterator[AtCounter]:
    """A counter that keeps what is said at it."""
    with at_counter(template) as made:
        made.office.stop()
        tools = Tools(made.db, made.clock, made.vault, made.bus, home=home)
        made.office = TerminalsOffice(made.db, made.clock, made.vault, made.bus, tools=tools)
        made.office.start()
        made.settled()
        yield made


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _is_open(file: Path) -> bool:
    found = Path("/proc/self/fd")
    if not found.is_dir():
        pytest.skip("this system does not list open files")
    links = [link for link in found.iterdir() if link.is_symlink()]
    return str(file) in {str(link.readlink()) for link in links}


def test_a_message_is_a_line_with_its_time_and_attempt(kept: Messages, home: Path) -> None:
    kept.keep("front", "ABCDEFGH23", ">", "0601 4 bytes")
    kept.keep("front", "", "<", "two\nlines \x1b[31m")
    assert list(kept_lines(home, "front")) == [
        "2026-11-20T10:00:00.123+00:00 ABCDEFGH23 > 0601 4 bytes",
        "2026-11-20T10:00:00.123+00:00 - < two lines  [31m",
    ]


def test_the_files_are_their_owners_only(kept: Messages, home: Path) -> None:
    kept.keep("front", "", ">", "x")
    assert (_mode(home / FOLDER), _mode(file_of(home, "front"))) == (0o700, 0o600)


def test_what_is_kept_is_bounded(kept: Messages, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "FILE_BYTES", 1_000)
    for number in range(200):
        kept.keep("front", "", ">", f"message {number}")
    files = sorted((home / FOLDER).iterdir())
    assert len(files) == FILES
    assert all(0 < file.stat().st_size <= 1_000 and _mode(file) == 0o600 for file in files)
    numbers = [int(line.rpartition(" ")[2]) for line in kept_lines(home, "front")]
    assert numbers == list(range(200 - len(numbers), 200)), "the newest, in order"
    assert len(numbers) > 50


@pytest.mark.parametrize(
    "key", ["../../out", "/etc/front", "..", ".", "a/../../b", "ä" * 20, "front\0", "a\nb"]
)
def test_no_key_leaves_the_folder(kept: Messages, home: Path, key: str) -> None:
    kept.keep(key, "", ">", "said")
    assert [path.parent for path in home.rglob("*") if path.is_file()] == [home / FOLDER]
    assert next(iter(kept_lines(home, key))).endswith(" > said")


def test_a_card_number_and_a_password_do_not_come_in(kept: Messages, home: Path) -> None:
    grouped = " ".join(CARDS[0][at : at + 4] for at in range(0, 16, 4))
    kept.keep("front", "", "<", f"pan {CARDS[0]} or {grouped}, password=hunter2")
    (line,) = kept_lines(home, "front")
    assert [secret for secret in (CARDS[0], grouped, "hunter2") if secret in line] == []


def test_a_folder_that_cannot_be_written_is_said_once(
    kept: Messages, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (home / "log").write_text("in the way", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            kept.keep("front", "", ">", "x")
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        f"messages are not kept in {file_of(home, 'front')}"
    ]
    (home / "log").unlink()
    kept.keep("front", "", ">", "there is room again")
    assert len(list(kept_lines(home, "front"))) == 1


def test_a_full_disk_is_said_once_and_stops_nothing(
    kept: Messages, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no full device")
    file_of(home, "front").parent.mkdir(parents=True)
    file_of(home, "front").symlink_to("/dev/full")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            kept.keep("front", "", ">", "x")
        kept.close("front")
    assert len(caplog.records) == 1
    assert "No space left" in caplog.text


def test_after_the_stop_nothing_is_opened(kept: Messages, home: Path) -> None:
    kept.keep("front", "", ">", "x")
    kept.stop()
    kept.keep("front", "", "<", "a late answer")
    kept.keep("other", "", "<", "a late answer")
    assert len(list(kept_lines(home, "front"))) == 1
    assert not file_of(home, "other").exists()


def test_what_is_said_in_a_payment_is_kept_with_its_reference(shop: AtCounter, home: Path) -> None:
    paid = shop.pay(1250, "A-1")["payment"]
    lines = list(kept_lines(home, "front"))
    assert all(_LINE.fullmatch(line) for line in lines)
    about = [line.split(" ")[1] for line in lines]
    assert about.count(paid["tender_reference"] or "") > 3
    count = len(lines)
    assert shop.office.functions.status("front")["ready"]
    after = list(kept_lines(home, "front"))[count:]
    assert {line.split(" ")[1] for line in after} == {"-"}


def test_a_payment_is_taken_though_nothing_can_be_kept(shop: AtCounter, home: Path) -> None:
    (home / "log").write_text("in the way", encoding="utf-8")
    assert shop.pay(1250, "A-1")["payment"]["state"] == PaymentState.APPROVED


def test_what_is_tried_out_or_removed_leaves_no_file_open(shop: AtCounter, home: Path) -> None:
    draft = {"key": "draft", "store": "wien", "protocol": "zvt", "settings": shop.practice.address}
    assert shop.office.try_out(draft)["ready"]
    assert not file_of(home, "draft").exists()
    shop.pay(1250, "A-1")
    assert _is_open(file_of(home, "front"))
    shop.office.terminals.remove("front", ANNA)
    assert not _is_open(file_of(home, "front"))
