import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { withPlatform, type TestPlatform } from '../src/testing.ts';
import { runBounded, type Ended } from './run-bounded.ts';
import { buildClient, GENERATED, whyNotHere, type Language } from './sample-clients.ts';

/** Building takes half a minute and wants to download, so it happens where it is asked for: `.ci/run` does. */
const IS_WANTED = process.env['WIRE_CLIENTS'] === '1';
const RUN_LIMIT_MS = 15_000;
const TEST_LIMIT_MS = 145_000;

/** The program, or undefined with one line that says why there is none. */
async function clientIn(t: TestContext, language: Language): Promise<string | undefined> {
  const built = IS_WANTED ? await buildClient(language) : ({ kind: 'not_here', why: 'WIRE_CLIENTS=1 asks for it' } as const);
  if (built.kind === 'broken') assert.fail(built.said);
  if (built.kind === 'built') return built.program;
  t.diagnostic(`The client in ${language} was not built: ${built.why}.`);
  return undefined;
}

interface Wanted {
  readonly token?: string;
  readonly seatIds: readonly string[];
}

/** Runs the client for a user of the platform. */
async function buy(on: TestPlatform, program: string, { token, seatIds }: Wanted): Promise<Ended> {
  const signed = await on.platform.signToken({ userId: 'alice', role: 'user', ttlSeconds: 60 });
  const { inventory, reservation, payment } = on.platform.grpcAddresses;
  return run(program, {
    TACOS_INVENTORY_ADDRESS: inventory,
    TACOS_RESERVATION_ADDRESS: reservation,
    TACOS_PAYMENT_ADDRESS: payment,
    TACOS_TOKEN: token ?? (signed.kind === 'signed' ? signed.token : ''),
    TACOS_EVENT_ID: 'evt_1',
    TACOS_SEAT_IDS: seatIds.join(','),
  });
}

const run = (program: string, settings: NodeJS.ProcessEnv): Promise<Ended> =>
  runBounded(program, [], { limitMs: RUN_LIMIT_MS, env: { ...process.env, ...settings } });

/** What every service says about one purchase over REST, the numbers that are the same for every run. */
async function restOf(on: TestPlatform, reservationId: string, orderId: string): Promise<unknown> {
  const alice = await on.user('alice');
  const reservation = await alice.get('reservation', `/v1/reservations/${reservationId}`);
  const order = await alice.get('gateway', `/api/v1/orders/${orderId}`);
  const tickets = order.body['tickets'];
  return {
    reservation: [reservation.body['status'], reservation.body['orderId'], reservation.body['totalAmount']],
    tickets: Array.isArray(tickets) ? tickets.map(({ ticket_id: id, seat_id: seatId, status }) => [id, seatId, status]) : order.text,
  };
}

/** What is printed beside the ids, which are new in each run. */
const PRINTED = {
  amount: 2_000,
  currency: 'KRW',
  seat_ids: ['A-1', 'A-2'],
  refused: { code: 'ERROR_CODE_INVENTORY_CONFLICT', seats: 'A-1 held, A-2 held', status: 'ABORTED', reason: 'SEAT_UNAVAILABLE' },
};

async function makesAPurchase(on: TestPlatform, program: string, language: Language): Promise<void> {
  const { exitCode, stdout, stderr } = await buy(on, program, { seatIds: ['A-1', 'A-2'] });
  assert.deepEqual([exitCode, stderr], [0, '']);
  assert.match(stdout, /^\{.*\}\n$/);
  const { reservation_id: reservationId, order_id: orderId, payment_intent_id: intentId, ticket_ids: ticketIds, ...rest } = JSON.parse(stdout);
  assert.match(intentId, /^pay_/);
  assert.deepEqual(rest, { client: language, ...PRINTED });
  assert.deepEqual(await restOf(on, reservationId, orderId), {
    reservation: ['CONFIRMED', orderId, 2_000],
    tickets: [
      [ticketIds[0], 'A-1', 'VALID'],
      [ticketIds[1], 'A-2', 'VALID'],
    ],
  });
}

async function endsWithAMessage(on: TestPlatform, program: string): Promise<void> {
  const bob = await on.user('bob');
  assert.equal((await bob.hold('evt_1', ['A-2'])).status, 201);
  const taken = await buy(on, program, { seatIds: ['A-1', 'A-2'] });
  assert.deepEqual([taken.exitCode, taken.stdout, taken.stderr], [1, '', 'purchase: CheckAvailability: not free: [A-2]\n']);
  const stranger = await buy(on, program, { seatIds: ['A-1'], token: 'nobody' });
  assert.deepEqual([stranger.exitCode, stranger.stdout], [1, '']);
  assert.match(stranger.stderr, /^purchase: .*unauthenticated/i);
  const unset = await run(program, { TACOS_EVENT_ID: 'evt_1' });
  assert.deepEqual([unset.exitCode, unset.stdout], [2, '']);
  assert.match(unset.stderr, /^purchase: not set: TACOS_INVENTORY_ADDRESS, .*TACOS_SEAT_IDS\n$/);
}

/** Where clients import the generated code from: the packages of Go and the classes of Java that the contract has published. */
const IMPORTED: Readonly<Record<Language, readonly string[]>> = {
  go: ['common/v1', 'gateway/v1', 'payment/v1', 'reservation/v1'],
  java: [
    ...['AdminProto', 'CommonTypesProto', 'ErrorsProto'].map((name) => `common/v1/${name}`),
    ...['AnnouncementProto', 'GatewayProto', 'QueueProto', 'WebSocketProto', 'WebhookProto'].map((name) => `gateway/v1/${name}`),
    ...['PaymentProto', 'ReceiverProto', 'ReconcileProto'].map((name) => `payment/v1/${name}`),
    ...['AdmissionProto', 'InventoryProto', 'MaintenanceProto', 'ReconcileProto', 'ReservationProto', 'WorkerProto'].map((name) => `reservation/v1/${name}`),
  ],
};

const GENERATED_CODE: Readonly<Record<Language, () => readonly string[]>> = {
  go: () => globSync('*/v1/*_grpc.pb.go', { cwd: join(GENERATED, 'go') }).map(dirname),
  java: () =>
    globSync('*/v1/*Proto.class', { cwd: join(GENERATED, 'classes', 'com', 'traffic_tacos') }).map((path) =>
      path.slice(0, -'.class'.length),
    ),
};

for (const language of ['go', 'java'] as const) {
  test(`a client in ${language}, generated from the contract`, { timeout: TEST_LIMIT_MS }, async (t) => {
    const program = await clientIn(t, language);
    if (program === undefined) return;
    const against = (check: (on: TestPlatform) => Promise<void>) => (): Promise<void> =>
      withPlatform(async (on) => {
        await on.event('evt_1', 4);
        await check(on);
      });
    await t.test('makes a purchase, and is refused in both ways', against((on) => makesAPurchase(on, program, language)));
    const planted = 'planted: ends with a clear message on held seats, on a bad token, without settings';
    await t.test(planted, against((on) => endsWithAMessage(on, program)));
    await t.test('imports the packages and classes that were published', () => {
      assert.deepEqual([...new Set(GENERATED_CODE[language]())].sort(), IMPORTED[language]);
    });
  });
}

test('a missing program, and a registry that does not answer, are told; anything else is a failure', async () => {
  const bare = await buildClient('java', { PATH: '' });
  assert.deepEqual(bare, { kind: 'not_here', why: 'no make, no mvn, no javac, no java on the PATH' });
  assert.equal(whyNotHere('go: downloading x\n  dial tcp 192.0.2.1:443: connect: refused\n'), 'dial tcp 192.0.2.1:443: connect: refused');
  assert.match(whyNotHere('[ERROR] Could not transfer artifact io.grpc:grpc-stub:pom\n') ?? '', /grpc-stub/);
  assert.match(whyNotHere('go: go.mod requires go >= 1.25.0 (running go 1.22.1)') ?? '', /1\.22\.1/);
  for (const said of ['verifying x: checksum mismatch', 'protoc: FAILED', 'error: cannot find symbol', 'undefined: reservationv1.Gone']) {
    assert.equal(whyNotHere(said), undefined, said);
  }
});

test('planted: a program that hangs is ended at its limit, with what it has started', async () => {
  const startedAtMs = performance.now();
  const { exitCode } = await runBounded('sh', ['-c', 'sleep 60 & sleep 60'], { limitMs: 100, env: process.env });
  assert.equal(exitCode, null);
  assert.ok(performance.now() - startedAtMs < RUN_LIMIT_MS);
});
