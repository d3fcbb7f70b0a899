import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createErrorRegistry, ERROR_TABLE } from '@traffic-tacos/kit';
import { routeFuzz, withServer, type TestServer } from '@traffic-tacos/kit/testing';
import type { ReservationId } from '@traffic-tacos/kernel';
import { PAYMENT_ERRORS } from '../src/errors.ts';
import { heldReservation } from '../src/testing/kept-reservations.ts';
import { paymentWorld, type PaymentWorld } from './payment-world.ts';

const REGISTRY = createErrorRegistry(ERROR_TABLE, PAYMENT_ERRORS);
const CARD = '4111111111111111';

/** Runs the service's routes behind a real server, with the clock of that server. */
const behindServer = (world: PaymentWorld, body: (running: TestServer) => Promise<void>): Promise<void> =>
  withServer(world.service.routes, body, { registry: REGISTRY, clock: world.clock });

interface Sent {
  readonly key?: string;
  readonly body?: unknown;
  readonly role?: string;
}

async function post({ url, bearer }: TestServer, path: string, { key, body, role }: Sent): Promise<Response> {
  const headers = { authorization: await bearer('alice', role), 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) };
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body ?? {}) });
}

const inSnake = (reservationId: ReservationId, otherwise: object = {}) => ({ reservation_id: reservationId, amount: 240_000, currency: 'KRW', ...otherwise });

describe('payment routes behind the edge', () => {
  it('answer in the case of the request, in the spelling of the documents', async () => {
    const world = paymentWorld();
    await behindServer(world, async (running) => {
      const snake = await post(running, '/v1/payments/intents', { key: 'a', body: inSnake(world.reserve()) });
      assert.equal(snake.status, 201);
      assert.deepEqual(Object.keys((await snake.json()) as object), [
        'payment_intent_id', 'status', 'amount', 'currency', 'reservation_id', 'scenario', 'created_at', 'expires_at',
      ]);
      const camel = await post(running, '/v1/payments/intents', { key: 'b', body: { reservationId: world.reserve(), amount: 240_000, currency: 'KRW' } });
      assert.ok('paymentIntentId' in ((await camel.json()) as object));
    });
  });

  it('take scenario, method and reason in any case, and show them as the documents write them', async () => {
    const world = paymentWorld();
    await behindServer(world, async (running) => {
      for (const scenario of ['approve', 'Approve', 'APPROVE']) {
        const created = await post(running, '/v1/payments/intents', { key: scenario, body: inSnake(world.reserve(), { scenario, method: 'Mobile_Pay' }) });
        const { scenario: shown, method } = (await created.json()) as Readonly<Record<string, unknown>>;
        assert.deepEqual([created.status, shown, method], [201, 'APPROVE', 'MOBILE_PAY'], scenario);
      }
    });
  });

  it('S6: fifty twins make one intent and get the same bytes', async () => {
    const world = paymentWorld();
    await behindServer(world, async (running) => {
      const body = inSnake(world.reserve());
      const answers = await Promise.all(Array.from({ length: 50 }, () => post(running, '/v1/payments/intents', { key: 'twin', body })));
      const texts = await Promise.all(answers.map((answer) => answer.text()));
      assert.equal(new Set(texts).size, 1);
      assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([201]));
      assert.equal(answers.filter((answer) => answer.headers.get('idempotency-replayed') === null).length, 1);
      assert.equal([...world.service.intents()].length, 1);
    });
  });

  it('list every violation of a bad body; a creation without a key or a token is refused', async () => {
    const world = paymentWorld();
    await behindServer(world, async (running) => {
      const bad = await post(running, '/v1/payments/intents', { key: 'a', body: { amount: -1, currency: 'won', scenario: 'MAYBE' } });
      const { error } = (await bad.json()) as { readonly error: { readonly code: string; readonly details: readonly { readonly field: string }[] } };
      assert.deepEqual([bad.status, error.code], [400, 'INVALID_REQUEST']);
      assert.deepEqual(error.details.map((detail) => detail.field).toSorted(), ['amount', 'currency', 'reservationId', 'scenario']);
      const keyless = await post(running, '/v1/payments/intents', { body: inSnake(world.reserve()) });
      assert.deepEqual([keyless.status, await codeOf(keyless)], [400, 'IDEMPOTENCY_REQUIRED']);
      assert.equal((await fetch(`${running.url}/v1/payments`)).status, 401);
    });
  });

  it('never store, log or answer what a card carries, wherever a client puts it', async () => {
    const world = paymentWorld();
    await behindServer(world, async (running) => {
      const card = { card: { number: CARD, cvv: '123' }, card_number: CARD, cardNumber: CARD, payment_details: { credit_card: { card_number: CARD } } };
      const created = await post(running, '/v1/payments/intents', { key: 'a', body: inSnake(world.reserve(), { ...card, metadata: { note: CARD } }) });
      const text = await created.text();
      const { payment_intent_id: id } = JSON.parse(text) as { readonly payment_intent_id: string };
      const processed = await post(running, `/v1/payments/intents/${id}/process`, { body: card });
      assert.equal(processed.status, 200);
      const refused = await post(running, '/v1/payments/intents', { key: 'b', body: inSnake(world.reserve(), { method: CARD, currency: CARD }) });
      assert.equal(refused.status, 400);
      const said = [text, await processed.text(), await refused.text(), JSON.stringify(running.logLines)].join();
      assert.ok(!said.includes(CARD));
      assert.ok(!world.journal.bytes().includes(CARD));
    });
  });

  it('give the code of this service with its status, and 403 to a user who refunds', async () => {
    const world = paymentWorld();
    await behindServer(world, async (running) => {
      const created = await post(running, '/v1/payments/intents', { key: 'a', body: inSnake(world.reserve()) });
      const { payment_intent_id: id } = (await created.json()) as { readonly payment_intent_id: string };
      await post(running, `/v1/payments/intents/${id}/process`, {});
      const cancelled = await post(running, `/v1/payments/intents/${id}/cancel`, {});
      assert.deepEqual([cancelled.status, await codeOf(cancelled)], [409, 'PAYMENT_ALREADY_ENDED']);
      const paths = [undefined, 'organizer', 'service', 'admin'].map((role) => post(running, `/v1/payments/intents/${id}/refund`, role === undefined ? {} : { role }));
      assert.deepEqual((await Promise.all(paths)).map((answer) => answer.status), [403, 403, 200, 200]);
      const bad = ['user', 'admin'].map((role) => post(running, `/v1/payments/intents/${id}/refund`, { role, body: { amount: 'much' } }));
      assert.deepEqual((await Promise.all(bad)).map((answer) => answer.status), [403, 400], 'the role is looked at before the body');
    });
  });

  it('answer no 5xx to anything that anybody sends', async () => {
    const world = paymentWorld();
    world.reservations.read = async () => ({ kind: 'found', reservation: heldReservation('usr_fuzz') });
    await routeFuzz(world.service.routes, { runs: 600, registry: REGISTRY, server: { registry: REGISTRY, clock: world.clock } });
  });
});

async function codeOf(answer: Response): Promise<string> {
  const { error } = (await answer.json()) as { readonly error: { readonly code: string } };
  return error.code;
}
