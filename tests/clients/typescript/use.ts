// What a platform does with the API, through the generated client. Prints a line per step.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.d.ts";

type Card = components["schemas"]["Card"];
type Operation = components["schemas"]["Operation"];

const { CARDMUX_URL, CARDMUX_KEY, CARDMUX_TYPE, CARDMUX_EMULATOR } = process.env;
const api = createClient<paths>({ baseUrl: CARDMUX_URL, headers: { Authorization: `Bearer ${CARDMUX_KEY}` } });
const usd = (amount: string) => ({ amount, currency: "USD" });

async function types(): Promise<string> {
  const { data } = await api.GET("/v1/card-types", { params: { query: { limit: 200 } } });
  const wanted = data?.data.find((type) => type.id === CARDMUX_TYPE);
  assert(wanted);
  console.log(`ok card types: ${data?.data.length}`);
  return wanted.id;
}

async function issue(typeId: string): Promise<Card> {
  const header = { "Idempotency-Key": randomUUID(), Prefer: "wait=20" };
  const body = { typeId, initialBalance: usd("50.00"), label: "typescript" };
  const first = await api.POST("/v1/cards", { params: { header }, body });
  const again = await api.POST("/v1/cards", { params: { header }, body });
  assert.equal(first.response.status, 201, JSON.stringify(first.error));
  assert.equal(again.response.status, 201, JSON.stringify(again.error));
  const card = first.data;
  assert(card && card.status === "active" && card.typeId === typeId && again.data?.id === card.id);
  console.log(`ok issue by type: ${card.status}, and the same card again for the same key`);
  return card;
}

async function pages(card: Card): Promise<void> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const { data } = await api.GET("/v1/cards", { params: { query: { limit: 1, cursor } } });
    assert(data && data.data.length <= 1);
    ids.push(...data.data.map((listed) => listed.id));
    cursor = data.nextCursor ?? undefined;
  } while (cursor);
  assert(ids.includes(card.id) && ids.length >= 2 && new Set(ids).size === ids.length, String(ids));
  console.log(`ok pages: ${ids.length} cards, one a page`);
}

async function lostAnswer(card: Card): Promise<void> {
  const faults = [{ path: "/card/deposit", kind: "drop_after", times: 1 }];
  const switched = await fetch(`${CARDMUX_EMULATOR}/_emulator/faults`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ faults }),
  });
  assert(switched.ok);
  const path = { card_id: card.id };
  const header = { "Idempotency-Key": randomUUID() };
  const answer = await api.POST("/v1/cards/{card_id}/deposit", {
    params: { path, header },
    body: { amount: usd("25.00") },
  });
  assert.equal(answer.response.status, 202, JSON.stringify(answer.error));
  let operation: Operation | undefined = answer.data;
  const deadline = Date.now() + 60_000;
  while (operation && operation.status !== "succeeded") {
    assert(operation.status !== "failed" && Date.now() < deadline, JSON.stringify(operation));
    await sleep(200);
    const params = { path: { operation_id: operation.id } };
    operation = (await api.GET("/v1/operations/{operation_id}", { params })).data;
  }
  assert(operation);
  console.log(`ok 202: the answer to the deposit was lost, and it ${operation.status}`);
}

async function conflict(card: Card): Promise<void> {
  const params = { path: { card_id: card.id }, header: { Prefer: "wait=20" } };
  const frozen = await api.POST("/v1/cards/{card_id}/freeze", { params });
  assert.equal(frozen.data?.status, "succeeded", JSON.stringify(frozen.error));
  const { response, error } = await api.POST("/v1/cards/{card_id}/freeze", { params });
  assert(response.status === 409 && error?.code === "card_not_active", JSON.stringify(error));
  const allowed = error.allowed ?? [];
  assert(allowed.includes("unfreeze"));
  console.log(`ok 409: ${error.code}, allowed are ${allowed.join(", ")}`);
}

const wish = () => ({
  want: { model: "card", form: "virtual", currency: "USD" },
  initialBalance: usd("50.00"),
  label: "typescript",
});

async function issueByWish(): Promise<void> {
  const header = { "Idempotency-Key": randomUUID(), Prefer: "wait=20" };
  const { data: card, error } = await api.POST("/v1/cards", { params: { header }, body: wish() });
  assert(card?.status === "active" && card.routing, JSON.stringify(error ?? card));
  assert.deepEqual([card.model, card.form, card.currency], ["card", "virtual", "USD"]);
  console.log(`ok issue by wish: ${card.provider.instance}, by the rule ${card.routing.rule}`);
}

async function explain(): Promise<void> {
  const { data, error } = await api.POST("/v1/routing/explain", { body: wish() });
  const chosen = data?.chosen;
  assert(chosen && data.candidates.some((candidate) => candidate.typeId === chosen.typeId), JSON.stringify(error ?? data));
  console.log(`ok explain: ${chosen.instance} of ${data.candidates.length} candidates`);
}

const typeId = await types();
await issue(typeId);
const card = await issue(typeId);
await pages(card);
await lostAnswer(card);
await conflict(card);
await issueByWish();
await explain();
