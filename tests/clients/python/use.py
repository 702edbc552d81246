"""What a platform does with the API, through the generated client. Prints a line per step."""

import os
import time
from uuid import uuid4

import httpx
from cardmux_client import AuthenticatedClient
from cardmux_client.api.card_types import list_card_types
from cardmux_client.api.cards import deposit_card, freeze_card, issue_card, list_cards
from cardmux_client.api.operations import get_operation
from cardmux_client.api.routing import explain_route
from cardmux_client.models import (
    Card,
    CardPage,
    CardTypePage,
    CardWish,
    IssueCard,
    Money,
    MoveFunds,
    Operation,
    Problem,
    RoutingCandidate,
    RoutingExplanation,
)

url, emulator = os.environ["CARDMUX_URL"], os.environ["CARDMUX_EMULATOR"]
client = AuthenticatedClient(base_url=url, token=os.environ["CARDMUX_KEY"], raise_on_unexpected_status=True)


def usd(amount: str) -> Money:
    return Money(amount=amount, currency="USD")


def types() -> str:
    page = list_card_types.sync(client=client, limit=200)
    assert isinstance(page, CardTypePage)
    wanted = os.environ["CARDMUX_TYPE"]
    assert wanted in [card_type.id for card_type in page.data]
    print(f"ok card types: {len(page.data)}")
    return wanted


def issue(type_id: str) -> Card:
    key, body = str(uuid4()), IssueCard(type_id=type_id, initial_balance=usd("50.00"), label="python")
    answers = [
        issue_card.sync_detailed(client=client, body=body, idempotency_key=key, prefer="wait=20") for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201], answers
    card, repeated = (answer.parsed for answer in answers)
    assert isinstance(card, Card) and isinstance(repeated, Card)
    assert card.status == "active" and card.type_id == type_id and repeated.id == card.id
    print(f"ok issue by type: {card.status}, and the same card again for the same key")
    return card


def pages(card: Card) -> None:
    ids, cursor = [], None
    while True:
        page = list_cards.sync(client=client, limit=1, **({"cursor": cursor} if cursor else {}))
        assert isinstance(page, CardPage) and len(page.data) <= 1
        ids += [listed.id for listed in page.data]
        cursor = page.next_cursor
        if not cursor:
            break
    assert card.id in ids and len(ids) >= 2 and len(set(ids)) == len(ids), ids
    print(f"ok pages: {len(ids)} cards, one a page")


def lost_answer(card: Card) -> None:
    fault = {"path": "/card/deposit", "kind": "drop_after", "times": 1}
    httpx.put(f"{emulator}/_emulator/faults", json={"faults": [fault]}).raise_for_status()
    body = MoveFunds(amount=usd("25.00"))
    answer = deposit_card.sync_detailed(card.id, client=client, body=body, idempotency_key=str(uuid4()))
    assert answer.status_code == 202, answer
    operation, deadline = answer.parsed, time.monotonic() + 60
    while isinstance(operation, Operation) and operation.status != "succeeded":
        assert operation.status != "failed" and time.monotonic() < deadline, operation
        time.sleep(0.2)
        operation = get_operation.sync(operation.id, client=client)
    assert isinstance(operation, Operation)
    print(f"ok 202: the answer to the deposit was lost, and it {operation.status}")


def conflict(card: Card) -> None:
    frozen = freeze_card.sync(card.id, client=client, prefer="wait=20")
    assert isinstance(frozen, Operation) and frozen.status == "succeeded", frozen
    answer = freeze_card.sync_detailed(card.id, client=client, prefer="wait=20")
    problem = answer.parsed
    assert answer.status_code == 409 and isinstance(problem, Problem), answer
    assert problem.code == "card_not_active" and "unfreeze" in problem.allowed, problem
    print(f"ok 409: {problem.code}, allowed are {', '.join(problem.allowed)}")


def wish() -> IssueCard:
    want = CardWish(model="card", form="virtual", currency="USD")
    return IssueCard(want=want, initial_balance=usd("50.00"), label="python")


def issue_by_wish() -> None:
    card = issue_card.sync(client=client, body=wish(), idempotency_key=str(uuid4()), prefer="wait=20")
    assert isinstance(card, Card) and card.status == "active", card
    assert (card.model, card.form, card.currency) == ("card", "virtual", "USD") and card.routing, card
    print(f"ok issue by wish: {card.provider.instance}, by the rule {card.routing.rule}")


def explain() -> None:
    explained = explain_route.sync(client=client, body=wish())
    assert isinstance(explained, RoutingExplanation) and isinstance(explained.chosen, RoutingCandidate), explained
    assert explained.chosen in explained.candidates, explained
    print(f"ok explain: {explained.chosen.instance} of {len(explained.candidates)} candidates")


type_id = types()
issue(type_id)
card = issue(type_id)
pages(card)
lost_answer(card)
conflict(card)
issue_by_wish()
explain()
