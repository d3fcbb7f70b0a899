import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { STATES, type StateFacts } from '@traffic-tacos/platform';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const RECORDS: Readonly<Record<string, Readonly<Record<string, StateFacts>>>> = STATES;

/** Where the states of each record are declared: a list, a union, or the keys of what may follow a state. */
const DECLARED: Readonly<Record<keyof typeof STATES, { readonly file: string; readonly from: RegExp }>> = {
  reservation: { file: 'services/reservation/src/domain/reservation.ts', from: /export type ReservationStatus =([^;]+);/ },
  hold: { file: 'services/inventory/src/domain/hold.ts', from: /export type HoldState =([^;]+);/ },
  order: { file: 'services/reservation/src/domain/order.ts', from: /export type OrderStatus =([^;]+);/ },
  'payment intent': { file: 'services/payment/src/domain/intent-states.ts', from: /INTENT_STATUSES = \[([^\]]+)\]/ },
  webhook: { file: 'services/payment/src/domain/webhook.ts', from: /readonly state: ([^;]+);/ },
  'worker message': { file: 'services/worker/src/domain/message.ts', from: /readonly state: ([^;]+);/ },
  'place in a waiting room': { file: 'services/queue/src/domain/place.ts', from: /export type PlaceStatus =([^;]+);/ },
};

test('I3: every state that the code declares has an owner and a timer on the list, and the list has no other', () => {
  for (const [record, { file, from }] of Object.entries(DECLARED)) {
    const declared = [...(from.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, state]) => state);
    assert.ok(declared.length > 1, `${file} declares its states elsewhere`);
    assert.deepEqual(Object.keys(RECORDS[record] ?? {}).sort(), declared.sort(), record);
  }
  assert.deepEqual(Object.keys(DECLARED).sort(), Object.keys(STATES).sort());
});

test('every record of the journal that has a state is on the list, or has none that lasts', () => {
  const declaring = globSync('services/*/src/domain/**/*.ts', { cwd: ROOT }).filter((file) => /readonly (?:state|status): (?:\w*(?:State|Status)|')/.test(readFileSync(join(ROOT, file), 'utf8')));
  const services = new Set(declaring.map((file) => file.split(/[\\/]/)[1]));
  const listed = new Set(Object.values(DECLARED).map(({ file }) => file.split('/')[1]));
  assert.deepEqual([...services].filter((service) => !listed.has(service)), []);
});

test('a state without an end says why it may last, and a state that ends has an owner', () => {
  for (const [record, states] of Object.entries(RECORDS)) {
    for (const [state, { owner, timer }] of Object.entries(states)) {
      assert.ok(owner.length > 0 && timer.length > 0, `${record} ${state}`);
      assert.equal(owner === 'nobody', timer === 'final', `${record} ${state}: who sees to it, and when`);
    }
  }
});
