import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buy, call as ask, type Bought } from './support/buyer.ts';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory, settingsFor, tacos } from './support/tacos.ts';

type Json = Readonly<Record<string, unknown>>;

const call = async (...asked: Parameters<typeof ask>): Promise<Json> => (await ask(...asked)).body;

interface Ticket {
  readonly ticket_id: string;
  readonly code: string;
  readonly status: string;
}

describe('tacos tickets verify', () => {
  const dataDir = scratchDirectory({ after });
  const files = scratchDirectory({ after });
  const elsewhere = scratchDirectory({ after });
  let platform: RunningPlatform;
  let kept: Bought;
  let codes: readonly string[] = [];
  let admin = '';
  let alice = '';

  const orderOf = async ({ orderId }: Bought): Promise<Json> => call(platform.addresses.gateway, alice, 'GET', `/api/v1/orders/${orderId}`);
  const ticketsOf = async (bought: Bought): Promise<readonly Ticket[]> => (await orderOf(bought))['tickets'] as readonly Ticket[];

  before(async () => {
    platform = await startUp(dataDir);
    const file = join(files, 'events.json');
    writeFileSync(file, JSON.stringify([{ id: 'evt_one', name: 'One', currency: 'KRW', sections: [{ id: 'S', name: 'S', price: 1000, rows: [{ id: 'A', seats: '1-10' }] }] }]));
    assert.equal((await platform.tacos('events', 'import', file)).code, 0);
    admin = (await platform.tacos('token', '--user', 'root', '--role', 'admin')).stdout.trim();
    alice = (await platform.tacos('token', '--user', 'alice')).stdout.trim();
    kept = await buy(platform.addresses.gateway, alice, 'evt_one', ['S-A-1', 'S-A-2']);
    codes = (await ticketsOf(kept)).map(({ code }) => code);
  });
  after(async () => void (await platform.stop('SIGKILL')));

  it('knows the tickets of the running platform, by its keys and by those of its issuer', async () => {
    assert.equal(new Set(codes).size, 2);
    for (const options of [[], ['--keys', `${platform.addresses.gateway}/.well-known/jwks.json`], ['--keys', `${platform.addresses.reservation}/.well-known/ticket-keys.json`]]) {
      const { code, stdout, stderr } = await platform.tacos('tickets', 'verify', ...codes, ...options);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^valid +evt_one S-A-1 tkt_\w+-1 ord_\w+\nvalid +evt_one S-A-2 tkt_\w+-2 /);
      assert.match(stderr, /Without --void/);
    }
  });

  it('works without a network: with a file of keys, in a directory where nothing runs', async () => {
    const keys = join(files, 'keys.json');
    writeFileSync(keys, JSON.stringify(await call(platform.addresses.reservation, alice, 'GET', '/.well-known/ticket-keys.json')));
    const offline = settingsFor(elsewhere);
    const { code, stdout } = await tacos(['tickets', 'verify', ...codes, '--keys', keys, '--json'], offline);
    assert.equal(code, 0);
    const found = JSON.parse(stdout) as readonly Json[];
    assert.deepEqual(found.map(({ verdict, seatId, orderId }) => [verdict, seatId, orderId]), [['valid', 'S-A-1', kept.orderId], ['valid', 'S-A-2', kept.orderId]]);
    const [code0 = ''] = codes;
    const changed = `${code0.slice(0, -40)}${code0.at(-40) === 'A' ? 'B' : 'A'}${code0.slice(-39)}`;
    const refused = await tacos(['tickets', 'verify', changed, '0123456789abcdef0123456789abcdef', 'nonsense', '--keys', keys], offline);
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /^wrong signature.*\nearlier form.*\nnot a ticket/);
  });

  it('a refund voids the tickets: in the order, at a door with a connection, and offline by the exported orders', async () => {
    const { gateway, reservation, payment } = platform.addresses;
    const bought = await buy(gateway, alice, 'evt_one', ['S-A-5']);
    const [before] = await ticketsOf(bought);
    assert.ok(before !== undefined);
    const check = (token: string, body: Json) => call(reservation, token, 'POST', '/v1/tickets/check', body);
    assert.equal((await check(admin, { code: before.code }))['status'], 'VALID');
    const { payment_intent_id: intentId } = await orderOf(bought);
    await call(payment, admin, 'POST', `/v1/payments/intents/${String(intentId)}/refund`, {});
    for (const giveUp = AbortSignal.timeout(30_000); (await orderOf(bought))['status'] !== 'REFUNDED'; ) assert.ok(!giveUp.aborted, 'no refund in time');
    const [voided] = await ticketsOf(bought);
    assert.deepEqual([voided?.status, voided?.code], ['VOID', before.code]);
    assert.equal((await check(admin, { code: before.code }))['status'], 'VOID');
    const exported = await platform.tacos('export', 'orders', '--csv');
    const orders = join(files, 'orders.csv');
    writeFileSync(orders, exported.stdout);
    const { code, stdout, stderr } = await platform.tacos('tickets', 'verify', before.code, ...codes, '--void', orders);
    assert.equal(code, 1);
    assert.deepEqual(stdout.trim().split('\n').map((line) => line.split(' ')[0]), ['void', 'valid', 'valid']);
    assert.doesNotMatch(stderr, /Without --void/);
    writeFileSync(orders, exported.stdout.replace(/^(ord_\w+,.*),alice,(REFUNDED|CONFIRMED),/gm, `$1,"CONFIRMED\r\n${kept.orderId},x",$2,`));
    const hostile = await platform.tacos('tickets', 'verify', before.code, ...codes, '--void', orders);
    assert.deepEqual(hostile.stdout.trim().split('\n').map((line) => line.split(' ')[0]), ['void', 'valid', 'valid'], 'what a buyer is called neither voids nor saves a ticket');
    writeFileSync(orders, `order_id,status\n"ord_`);
    assert.match((await platform.tacos('tickets', 'verify', before.code, '--void', orders)).stderr, /orders\.csv is not CSV/);
    const inJson = join(files, 'orders.json');
    writeFileSync(inJson, (await platform.tacos('export', 'orders', '--json')).stdout);
    const byJson = await platform.tacos('tickets', 'verify', before.code, ...codes, '--void', inJson);
    assert.deepEqual([byJson.code, ...byJson.stdout.trim().split('\n').map((line) => line.split(' ')[0])], [1, 'void', 'valid', 'valid'], 'the export as JSON does too');
    for (const form of ['--csv', '--json']) {
      const list = await platform.tacos('export', 'tickets', form);
      assert.match(list.stdout, /\bVOID\b/);
      writeFileSync(orders, list.stdout);
      const byList = await platform.tacos('tickets', 'verify', before.code, ...codes, '--void', orders);
      assert.deepEqual(byList.stdout.trim().split('\n').map((line) => line.split(' ')[0]), ['void', 'valid', 'valid'], `the list of tickets, ${form}, does too`);
    }
    writeFileSync(orders, `${bought.orderId}\n`);
    assert.equal((await platform.tacos('tickets', 'verify', before.code, '--void', orders)).code, 1, 'a plain list of ids does too');
  });

  for (const [name, text] of Object.entries({
    'a catalogue': '[{"id":"evt_one","name":"One"}]', 'an object': '{"orders":[]}', 'a text': 'nothing of that\n', 'nothing at all': '', 'an export cut short': '[\n  {"order_id":"ord_',
    'a table without states': 'order_id,user_id\nord_00000000000000000000000000,alice\n', 'a row without an order': 'order_id,status\nalice,REFUNDED\n',
  })) {
    it(`takes ${name} for no list of refunds: whatever it is, it does not make a ticket good`, async () => {
      const file = join(files, 'wrong');
      writeFileSync(file, text);
      const { code, stdout, stderr } = await platform.tacos('tickets', 'verify', ...codes, '--void', file);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /wrong names no order: --void takes what npx tacos export orders --csv has written/);
    });
  }

  it('takes an export of no orders for what it is: nobody has given anything back', async () => {
    const file = join(files, 'none.csv');
    for (const [what, format] of [['orders', '--csv'], ['orders', '--json'], ['tickets', '--csv']] as const) {
      writeFileSync(file, (await platform.tacos('export', what, format, '--to', '2020-01-01')).stdout);
      const { code, stdout } = await platform.tacos('tickets', 'verify', ...codes, '--void', file);
      assert.deepEqual([code, stdout.match(/^valid/gm)?.length], [0, 2], `${what} ${format}`);
    }
  });

  it('says what is wrong with what it was given', async () => {
    const offline = settingsFor(elsewhere);
    const said = async (...words: readonly string[]) => tacos(['tickets', 'verify', ...words], offline);
    assert.equal((await said()).code, 2);
    const empty = join(files, 'empty.json');
    writeFileSync(empty, '{"keys":[{"kty":"RSA"}]}');
    const broken = join(files, 'broken.json');
    writeFileSync(broken, '{');
    for (const [words, reason] of [
      [['x'], /No platform runs/],
      [['x', '--keys', join(files, 'none.json')], /cannot be read: ENOENT/],
      [['x', '--keys', broken], /is not JSON/],
      [['x', '--keys', empty], /no Ed25519 key/],
      [['x', '--keys', 'http://127.0.0.1:1/keys'], /Nobody answers/],
    ] as const) {
      const ended = await said(...words);
      assert.equal(ended.code, 1, words.join(' '));
      assert.match(ended.stderr, reason);
    }
  });
});
