"""Card numbers planted in every field of nexo: none comes in."""

import base64
import json
import logging
import shutil
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from services.contract.problem import Problem
from services.contract.terminals import PaymentKind
from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.nexo import telling, writing
from services.sandbox.terminals.nexo.outcomes import outcome_of
from services.sandbox.terminals.nexo.practice import Done, Memory
from services.terminals.desk import Desk
from services.terminals.finding_out import Patience
from services.terminals.hooks import Progress
from services.terminals.journal import Journal, Order
from services.terminals.nexo import answers, documents, messages, sealing
from services.terminals.nexo.documents import Json, write
from services.terminals.nexo.messages import Category, Header, Message
from services.terminals.nexo.parts import Part, clean
from services.terminals.nexo.receipts import receipt
from services.terminals.problems import ProtocolError
from tests.terminals.kit.cards import CARDS
from tests.terminals.kit.child import now, opened, put_terminal
from tests.terminals.kit.nexo_script import KEY, POI, SALE, Body, ScriptedTerminal

_EXPIRY = "1228"
_KEPT = {"Result", "Currency", "PaymentCurrency", "GlobalStatus", "TransactionType", "MessageCategory"}
_KEPT |= {"MessageType", "ServiceID", "SaleID", "POIID", "DocumentQualifier", "OutputFormat"}


def _grouped(card: str) -> str:
    return " ".join(card[at : at + 4] for at in range(0, len(card), 4))


def _planted(value: Json, card: str, name: str = "") -> Json:
    """The same answer with the card in every text."""
    if isinstance(value, Mapping):
        return {key: _planted(part, card, key) for key, part in value.items()}
    if isinstance(value, str):
        return value if name in _KEPT else _text(name, card)
    if isinstance(value, list | tuple):
        return tuple(_planted(part, card, name) for part in value)
    return value


def _text(name: str, card: str) -> str:
    track = f"{card}={_EXPIRY}1010000012345678"
    match name:
        case "AdditionalResponse":
            spaced, plain = quote(_grouped(card)), quote(f"Card {card} exp. 12/28", safe="")
            return f"message={plain}&AID={spaced}&cardNumber={card}&track2={track}&expiryDate=12%2f2028"
        case "Text":
            return f"name=Card%20{quote(_grouped(card))}&value={quote(card)}&key=pan"
        case "MaskedPan" | "TransactionID":
            return card
        case "EventDetails":
            return f"message=Card+{card}"
    return f"x {card} {track} y"


def _answers(card: str) -> dict[str, Body]:
    memory = Memory(Charges())
    charge = memory.charges.add("payment", 1000, "ABCDEFGHJK")
    paid = telling.payment(memory, "", charge, outcome_of(1008))
    paid.pop("SaleData")
    paid["PaymentResult"]["PaymentInstrumentData"]["CardData"]["TrackData"] = [{"TrackValue": "x"}]
    done = Done("Payment", SALE, "", paid)
    told = {
        "Payment": paid,
        "TransactionStatus": telling.status(done, running=False, receipts=True),
        "GetTotals": telling.totals(memory),
        "Reconciliation": telling.totals(memory),
        "Diagnosis": telling.diagnosis(memory, host=True),
    }
    return {name: _body(writing.document(body), card) for name, body in told.items()}


def _body(text: str, card: str) -> Body:
    planted = _planted(documents.read(text.encode()), card)
    assert isinstance(planted, Mapping)
    return planted


def _rejected(card: str) -> bytes:
    head = {"MessageCategory": "Event", "MessageType": "Notification", "SaleID": SALE, "POIID": POI}
    event: Body = {
        "EventToNotify": "Reject",
        "EventDetails": f"message=Card+{card}+and+{quote(_grouped(card))}",
    }
    return write({"SaleToPOIRequest": {"MessageHeader": head, "EventNotification": event}}).encode()


def _damaged(card: str) -> bytes:
    return f'{{"SaleToPOIResponse": {{"PAN": "{card}", "{card}": {card}'.encode()


def _forms(card: str) -> list[str]:
    grouped = _grouped(card)
    return [card, card[:-4], grouped, grouped[:-5], quote(grouped), "1010000012345678", "12/28", "12/2028"]


def _found(seen: str, card: str) -> list[str]:
    return [form for form in _forms(card) if form in seen]


_HOWS = ["approved", "refused", "lost", "rejected", "damaged"]


@pytest.mark.parametrize(
    "how,card", [*((how, CARDS[0]) for how in _HOWS), *(("approved", card) for card in CARDS[1:])]
)
def test_no_card_number_comes_in(
    how: str, card: str, template: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    heard: list[str] = []
    told = _answers(card)

    def answer(message: Message) -> Body | bytes | None:
        if message.header.category == Category.PAYMENT:
            refused = {"Response": {**_response(told), "Result": "Failure", "ErrorCondition": f"Why {card}"}}
            instead: dict[str, Body | bytes | None] = {
                "refused": refused,
                "lost": None,
                "rejected": _rejected(card),
                "damaged": _damaged(card),
            }
            return instead.get(how, told["Payment"])
        body = told.get(message.header.category, {})
        return _repeating(body, message.body.part("MessageReference").text("ServiceID"))

    terminal = ScriptedTerminal(answer)
    shutil.copy(template, tmp_path / "tillbook.db")
    with opened(f"sqlite:///{tmp_path / 'tillbook.db'}") as database:
        row = put_terminal(database, "EUR", "nexo")

        def listen(progress: Progress) -> None:
            heard.append(repr(progress))

        desk = Desk(
            row,
            terminal.driver(),
            Journal(database, now),
            lambda _: None,
            listener=listen,
            patience=Patience(2, 0),
        )
        paid = desk.pay(Order("till-1", "order-1", PaymentKind.PAYMENT, 1000, "EUR"))
        expected = {"refused": "declined"}
        assert paid.state == expected.get(how, "approved")
        heard += [repr(paid), repr(desk.status()), repr(desk.totals("anna")), repr(desk.settle("anna"))]
        desk.reprint()
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    seen = "\n".join([*heard, *terminal.said, caplog.text, files.decode("latin-1")])
    assert "************" in seen, "the payment was taken in at all"
    assert _found(seen, card) == []


_READERS: dict[str, Callable[[Message], object]] = {
    "Payment": answers.transaction,
    "TransactionStatus": answers.status,
    "GetTotals": lambda message: answers.totals(message, "EUR"),
    "Diagnosis": answers.diagnosis,
}


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("category", _READERS)
def test_no_card_number_leaves_the_codec(category: str, card: str) -> None:
    body = Part(_answers(card)[category], "answer")
    header = Header(category, "Response", "A", SALE, POI)
    told = repr(_READERS[category](Message(header, body, sealed=True)))
    assert "*" in told
    assert _found(told, card) == []


_ESCAPED = [
    "pan={}",
    "value={}",
    "{}",
    "name=Card {}",
    "reference_id=9876&x={}",
]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("form", _ESCAPED)
def test_no_card_number_comes_in_as_in_an_address(form: str, card: str) -> None:
    everything = "".join(f"%{ord(digit):02x}" for digit in card)
    for text in (form.format(quote(_grouped(card))), form.format(everything)):
        event = Part({"EventDetails": text}, "event")
        content: Body = {"OutputText": [{"Text": text}, {"Text": text, "EndOfLineFlag": False}]}
        lines = receipt(Part({"OutputContent": content}, "receipt")).lines
        said = answers.rejection(Message(Header("Event", "Notification", "", SALE, POI), event, sealed=True))
        for told in (said, *lines):
            assert "*" in told
            assert _found(unquote(told), card) == []


def test_what_is_no_card_number_stays_as_it_is_written() -> None:
    for text in ("50% off, 20%25", "name%20of%20the%20shop", "AID A0000000041010"):
        assert clean(text) == text


def _response(told: dict[str, Body]) -> Body:
    response = told["Payment"]["Response"]
    assert isinstance(response, Mapping)
    return response


def _repeating(body: Body, service: str) -> Body:
    """An answer to a question bears the number it was asked for."""
    repeated = body.get("RepeatedMessageResponse")
    if not isinstance(repeated, Mapping):
        return body
    head = repeated["MessageHeader"]
    assert isinstance(head, Mapping)
    return {
        **body,
        "RepeatedMessageResponse": {**repeated, "MessageHeader": {**head, "ServiceID": service}},
    }


@pytest.mark.parametrize("card", CARDS)
def test_no_card_number_comes_out_of_words_in_an_envelope(card: str) -> None:
    inner = json.dumps({"additionalData": {"message": f"Card {card}", "AID": card}}).encode()
    told: Body = {
        "Response": {
            "Result": "Failure",
            "ErrorCondition": "Refusal",
            "AdditionalResponse": base64.b64encode(inner).decode(),
        }
    }
    header = Header("Payment", "Response", "A", SALE, POI)
    read = answers.transaction(Message(header, Part(told, "answer"), sealed=True))
    assert read.response.text.startswith("Card *")
    assert _found(repr(read), card) == []


@pytest.mark.parametrize("cut", range(0, 3000, 61))
def test_no_exception_or_repr_holds_a_card_number(cut: int) -> None:
    card = CARDS[0]
    whole = write({"SaleToPOIResponse": {"PaymentResponse": _answers(card)["Payment"]}})
    sealed: Body = {"SaleToPOIResponse": sealing.seal(whole[:cut].encode(), KEY, bytes(16))}
    with pytest.raises(ProtocolError) as caught:
        messages.decode(write(sealed).encode(), [KEY])
    problem = caught.value
    told = f"{problem} {problem.detail} {problem!r} {problem.args} {problem.__cause__!r}"
    assert _found(told, card) == []


def test_a_card_number_that_is_a_number_is_no_amount() -> None:
    card = CARDS[0]
    told: Body = {
        "Response": {"Result": "Success"},
        "PaymentResult": {"AmountsResp": {"AuthorizedAmount": Decimal(card)}},
    }
    message = Message(Header("Payment", "Response", "A", SALE, POI), Part(told, "answer"), sealed=True)
    with pytest.raises(Problem) as caught:
        answers.transaction(message)
    assert card not in f"{caught.value!r} {caught.value.detail}"
