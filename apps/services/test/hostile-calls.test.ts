import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import fc from 'fast-check';
import { InventoryService, readCallers } from '@traffic-tacos/contracts';
import { allRpcs, requestArbitrary } from '@traffic-tacos/contracts/testing';
import { SeededRandom } from '@traffic-tacos/kernel';
import { connectGrpc, type TestGrpcClient } from '@traffic-tacos/kit/testing';
import type { ServiceName } from '@traffic-tacos/platform';
import { withSeparate, type SeparateLayout } from './support/separate.ts';

const MESSAGES = 25;
const SEED = 11;
/** What no request may lead to. That a service is not reached in time is no answer to a request: it tells of a busy machine. */
const FAULTS: ReadonlySet<string> = new Set(['INTERNAL', 'UNKNOWN', 'DATA_LOSS']);

type Rpc = ReturnType<typeof allRpcs>[number];
type Message = Readonly<Record<string, unknown>>;
/** Answers the code. */
type Call = (message: Message) => Promise<string>;
/** Values that lead further than arbitrary ones do, by the name of the field. */
type Words = readonly (readonly [name: RegExp, values: readonly unknown[]])[];

const callers = readCallers();

const WORDS: Words = [
  [/^eventId$/, ['evt_1', 'evt_2', '']], [/userId/, ['alice', 'bob', '']], [/seatIds?$/, ['A-1', 'A-9', 'A-20']], [/section/, ['A', 'FLOOR', '']], [/currency/, ['KRW']], [/amount/i, [1_000, 0, -5]],
  [/quantity|limit|size|count|atMost/i, [0, 1, 2, 300, -1]], [/reason|serviceName/, ['r']], [/idempotencyKey/, ['k1', 'k2', '']], [/confirm|dryRun/, [true, false]],
  [/^seconds$/, [-1, 0, 1, 1_700_000_000, 253_402_300_799]], [/^nanos$/, [0, 1, 999_999_999]],
];

/** The same messages in every run: arbitrary ones, in which most fields that have a word say it. */
function messagesFor(rpc: Rpc, words: Words): readonly Message[] {
  const random = new SeededRandom(SEED);
  const said = (value: unknown, name: string): unknown => {
    const fitting = (words.find(([names]) => names.test(name))?.[1] ?? []).filter((word) => typeof word === typeof value);
    return fitting.length === 0 || random.below(4) === 0 ? value : fitting[random.below(fitting.length)];
  };
  const withWords = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((each) => withWords(each, name));
    if (typeof value !== 'object' || value === null || value instanceof Map) return said(value, name);
    return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, withWords(each, field)]));
  };
  return fc.sample(requestArbitrary(rpc.path), { seed: SEED, numRuns: MESSAGES }).map((message) => withWords(message, '') as Message);
}

async function faultsOf(rpc: Rpc, words: Words, call: Call): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const message of messagesFor(rpc, words)) {
    const code = await call(message);
    if (FAULTS.has(code)) faults.push(`${rpc.path} ${code} ${JSON.stringify(message)}`);
  }
  return faults;
}

/** Calls whichever service has the method, as each of those who may, in turn. */
function callOf(rpc: Rpc, clients: ReadonlyMap<ServiceName, TestGrpcClient>, credentials: Credentials): Call {
  const kinds = [...(callers.of(rpc.path) ?? [])];
  let calls = 0;
  let owner: ServiceName | undefined;
  return async (message) => {
    const kind = kinds[calls++ % kinds.length] ?? 'anyone';
    for (const [name, client] of clients) {
      if (name !== (owner ?? name)) continue;
      const sent = { authorization: credentials(kind, name), ...(calls % 2 === 0 ? { 'x-error-mode': 'status' } : {}) };
      const { code } = await client.call(rpc as typeof InventoryService.moveSale, message as never, sent);
      if (code === 'UNIMPLEMENTED') continue;
      owner = name;
      return code;
    }
    return 'UNIMPLEMENTED';
  };
}

/** What a caller of the kind shows a service. */
type Credentials = (kind: string, name: ServiceName) => string;

async function credentialsOf(on: SeparateLayout): Promise<Credentials> {
  const ofServices = new Map<string, string>();
  for (const name of Object.keys(on.services) as ServiceName[]) ofServices.set(name, `Bearer ${await on.credentialFor(name)}`);
  const [user, admin] = [await on.bearer('alice', 'user'), await on.bearer('root', 'admin')];
  return (kind, name) => (kind === 'service' ? (ofServices.get(name) ?? '') : kind === 'admin' ? admin : user);
}

test('no message leads any gRPC method of services apart to a fault of ours', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tacos-secrets-'));
  try {
    await withSeparate(async (on) => {
      await on.event('evt_1', 20, 1_000, { purchase_limit: 1_000 });
      await on.event('evt_2', 20, 1_000, { waiting_room: 'on' });
      const alice = await on.user('alice');
      const held = [(await alice.hold('evt_1', ['A-1'])).id, (await alice.hold('evt_1', ['A-2'])).id];
      const paid = [await alice.intent(held[0] ?? '', 1_000), await alice.intent(held[1] ?? '', 1_000, 'DELAY')];
      const { body: { waiting_token: waiting } } = await alice.post('gateway', '/api/v1/queue/join', { body: { event_id: 'evt_2' } });
      const words: Words = [[/reservationId|holdId/, held], [/orderId/, held.map((id) => id.replace('rsv', 'ord'))], [/intentId|paymentId/i, paid], [/token/i, [waiting]], ...WORDS];
      const clients = new Map((Object.entries(on.services) as [ServiceName, { readonly grpcAddress: string }][]).map(([name, { grpcAddress }]) => [name, connectGrpc(grpcAddress)]));
      try {
        const credentials = await credentialsOf(on);
        for (const rpc of allRpcs()) if (!rpc.responseStream) assert.deepEqual(await faultsOf(rpc, words, callOf(rpc, clients, credentials)), []);
      } finally {
        for (const client of clients.values()) client.close();
      }
    }, { environment: { WEBHOOK_SECRETS_FILE: join(folder, 'webhook-secrets.json'), RATE_LIMIT_ENABLED: 'false' }, isAudited: false });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('planted bug: a method that fails at an instant before 1970 is found', async () => {
  const isBefore = (instant: unknown): boolean => (instant as { readonly seconds: number } | undefined)?.seconds === -1;
  const fails: Call = ({ saleStartTime, saleEndTime }) => Promise.resolve([saleStartTime, saleEndTime].some(isBefore) ? 'INTERNAL' : 'OK');
  assert.notDeepEqual(await faultsOf(InventoryService.moveSale, WORDS, fails), []);
});
