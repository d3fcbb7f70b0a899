import { strict as assert } from 'node:assert';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { loadServiceClients, writeServiceClients } from '@traffic-tacos/gateway';
import { createSystemTimeSource, eventLoop, openFileDisk, openJournal, RelayPositionTable, Units, type RecordTable } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { createPooledRandom } from '@traffic-tacos/kit';
import { createPlatformTables, journalDir, readPlatformFile } from '@traffic-tacos/platform';
import { until } from '@traffic-tacos/platform/testing';
import { buy, call } from './support/buyer.ts';
import { freePorts, startSeparate } from './support/separate.ts';
import { scratchDirectory, tacos, type Environment } from './support/tacos.ts';

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    // There is no such process any more.
    return false;
  }
};

it('tacos up --separate: secrets for their owner alone, commands on the gateway’s directory, all records compared, and Ctrl-C stops all of it', async (t) => {
  const { dataDir, settings, signal, end, welcome } = await startSeparate(scratchDirectory(t));
  for (const port of Object.values(settings).slice(1)) assert.ok(welcome.includes(`127.0.0.1:${port}`), welcome);
  // The directory that was named works as well as the gateway's, which is in it.
  const [fromRoot, token] = [await tacos(['events', 'list'], settings), await tacos(['token', '--user', 'u1'], settings)];
  assert.deepEqual([fromRoot.code, token.code, /^ey/.test(token.stdout)], [0, 0, true], fromRoot.stderr + token.stderr);
  for (const path of ['reservation/keys/service-client-secret', 'payment/keys/service-client-secret', 'gateway/keys/service-clients.json']) {
    assert.equal((await stat(join(dataDir, path))).mode & 0o777, 0o600, path);
  }
  const gateway = join(dataDir, 'gateway');
  const listed = await tacos(['events', 'list', '--json'], { ...settings, TACOS_DATA_DIR: gateway });
  assert.equal(listed.code, 0, listed.stderr);
  const reconciled = await until(() => tacos(['reconcile'], settings), ({ stdout }) => stdout.includes('nothing differs'));
  assert.deepEqual([reconciled.code, reconciled.stdout], [0, '0 holds, 0 reservations, 0 orders, 0 intents\nnothing differs\n'], reconciled.stderr);
  const pid = (await readPlatformFile(gateway))?.pid ?? assert.fail('no platform file');
  signal('SIGINT');
  const { code, stderr } = await end;
  assert.equal(code, 0, stderr);
  assert.equal(isAlive(pid), false);
  assert.equal(await readPlatformFile(gateway), undefined);
});

it('I1, I2: tacos verify finds a legal order of what separate services tell rival users, over HTTP and gRPC', async (t) => {
  const { dataDir, settings, signal, end } = await startSeparate(scratchDirectory(t));
  const own = { ...settings, TACOS_DATA_DIR: join(dataDir, 'gateway') };
  const grpc = ['RESERVATION_GRPC_PORT', 'INVENTORY_GRPC_PORT'].map((name) => `127.0.0.1:${settings[name] ?? ''}`);
  const words = ['verify', `http://127.0.0.1:${settings['GATEWAY_PORT'] ?? ''}`, '--users', '4', '--requests', '10', '--grpc', grpc[0] ?? '', '--grpc-inventory', grpc[1] ?? ''];
  const { code, stdout, stderr } = await tacos(words, own);
  assert.deepEqual([code, /green/.test(stdout), /every other one over gRPC/.test(stderr)], [0, true, true], `${stdout}${stderr}`);
  // Its event stays, in no list that buyers look at.
  const events = await (await fetch(`http://127.0.0.1:${settings['GATEWAY_PORT'] ?? ''}/api/v1/events`)).json();
  const [listed, all] = [await tacos(['events', 'list', '--json'], own), await tacos(['events', 'list', '--all', '--json'], own)];
  assert.deepEqual([events, listed.stdout, all.stdout.includes('"evt_verify_')], [{ events: [] }, '[]\n', true]);
  signal('SIGINT');
  assert.equal((await end).code, 0);
});

it('tacos up --separate: one service that dies ends all of them, with its name and exit code 1', async (t) => {
  const { dataDir, end } = await startSeparate(scratchDirectory(t));
  const pid = (await readPlatformFile(join(dataDir, 'gateway')))?.pid ?? assert.fail('no platform file');
  process.kill(pid, 'SIGKILL');
  const { code, stderr } = await end;
  assert.equal(code, 1);
  assert.match(stderr, /gateway has ended \(exit code 137\), so the others are stopped/);
});

it('tacos up --separate: free ports and --cut are refused with what to do, and a service that cannot start by its name', async (t) => {
  const settings = { TACOS_DATA_DIR: scratchDirectory(t), ...(await freePorts()) };
  const free = await tacos(['up', '--separate'], { ...settings, PAYMENT_PORT: '0' });
  assert.deepEqual([free.code, /no port may be 0/.test(free.stderr)], [2, true]);
  const cut = await tacos(['up', '--separate', '--cut', 'segment-1:10'], settings);
  assert.deepEqual([cut.code, /--cut goes with one directory/.test(cut.stderr)], [2, true]);
  await mkdir(join(settings.TACOS_DATA_DIR, 'inventory'));
  await writeFile(join(settings.TACOS_DATA_DIR, 'inventory', 'layout.json'), '{"service":"payment"}');
  const refused = await tacos(['up', '--separate'], settings);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /inventory +\| inventory cannot start: OtherLayout/);
  assert.match(refused.stderr, /inventory did not start \(exit code 1\)/);
});

it('tacos up --separate: results go from payment to gateway by webhooks that both sign and verify with one secret, and tacos audit looks at all directories as one', async (t) => {
  const { dataDir, settings, signal, end } = await startSeparate(scratchDirectory(t));
  const own = { ...settings, TACOS_DATA_DIR: join(dataDir, 'gateway') };
  assert.equal((await stat(join(dataDir, 'gateway/keys/webhook-secrets.json'))).mode & 0o777, 0o600);
  const files = scratchDirectory(t);
  const file = join(files, 'events.json');
  await writeFile(file, JSON.stringify([{ id: 'evt_one', name: 'One', currency: 'KRW', sections: [{ id: 'S', name: 'S', price: 1000, rows: [{ id: 'A', seats: '1-10' }] }] }]));
  assert.equal((await tacos(['events', 'import', file], own)).code, 0);
  const tokenOf = async (...words: readonly string[]) => (await tacos(['token', ...words], own)).stdout.trim();
  const [alice, admin] = [await tokenOf('--user', 'alice'), await tokenOf('--user', 'root', '--role', 'admin')];
  const [gateway, payment, reservation] = ['GATEWAY_PORT', 'PAYMENT_PORT', 'RESERVATION_PORT'].map((name) => `http://127.0.0.1:${settings[name] ?? ''}`);
  const bought = await buy(gateway ?? '', alice, 'evt_one', ['S-A-1']);
  const accepted = async (): Promise<boolean> => {
    const metrics = await fetch(`${gateway}/metrics`, { headers: { authorization: `Bearer ${admin}` } });
    return /uri="\/api\/v1\/webhooks\/payment",status="200"\} [1-9]/.test(await metrics.text());
  };
  for (const giveUp = AbortSignal.timeout(30_000); !(await accepted()); ) assert.ok(!giveUp.aborted, 'no webhook was accepted in time');
  assert.deepEqual((await call(payment ?? '', admin, 'GET', '/v1/webhooks/dead-letters')).body['webhooks'], []);
  const { body: order } = await call(gateway ?? '', alice, 'GET', `/api/v1/orders/${bought.orderId}`);
  const [ticket] = order['tickets'] as readonly { readonly code: string }[];
  const verified = await tacos(['tickets', 'verify', ticket?.code ?? '', '--keys', `${reservation}/.well-known/ticket-keys.json`], own);
  assert.equal(verified.code, 0, verified.stderr);
  await assertGreen(settings);
  await assertReported(settings, dataDir, bought.orderId);
  signal('SIGINT');
  assert.equal((await end).code, 0);
  await assertGreen(settings);
  await planted(join(dataDir, 'reservation'), bought.orderId);
  const red = await tacos(['audit'], settings);
  assert.equal(red.code, 1, red.stdout);
  assert.match(red.stdout, new RegExp(`RED: .*\\n(.*\\n)* +I2 +${bought.orderId}`));
});

/** I2, I3: the audit of all directories as one is green, beside the services and after them. */
async function assertGreen(settings: Environment): Promise<void> {
  const { code, stdout, stderr } = await tacos(['audit'], settings);
  assert.deepEqual([code, stderr], [0, ''], stdout);
  assert.match(stdout, /1 hold, 1 reservation, 1 order, 1 payment intent[^]*^green: /m);
}

/** Orders are found in the directory of the gateway, where operators' commands work. */
async function assertReported(settings: Environment, dataDir: string, orderId: string): Promise<void> {
  const { code, stdout, stderr } = await tacos(['export', 'orders', '--json'], { ...settings, TACOS_DATA_DIR: join(dataDir, 'gateway') });
  assert.equal(code, 0, stderr);
  assert.deepEqual((JSON.parse(stdout) as readonly { readonly order_id: string }[]).map(({ order_id: id }) => id), [orderId]);
}

/** Has an order name another payment than its reservation, as a bug would: past every rule. */
async function planted(dataDir: string, orderId: string): Promise<void> {
  const tables = createPlatformTables(DEFAULT_LIMITS);
  const { orders } = tables.reservation;
  const all = [...tables.reservation.all, tables.relayPosition, new RelayPositionTable('receivers'), tables.pledge] as readonly RecordTable<unknown>[];
  const { journal } = await openJournal({ disk: openFileDisk(journalDir(dataDir)), time: createSystemTimeSource(), scheduler: eventLoop, random: createPooledRandom(), tables: all, limits: DEFAULT_LIMITS });
  await new Units(journal, 1).run((unit) => {
    const order = orders.read(orderId) ?? assert.fail('no such order');
    unit.write(orders, { ...order, version: order.version + 1, paymentIntentId: `pay_${'0'.repeat(26)}` });
  });
  await journal.close();
}

it('tacos up --separate keeps further clients of the issuer, and neither layout starts empty beside the other’s journals, nor is a part audited as a whole', async (t) => {
  const dataDir = scratchDirectory(t);
  const clients = join(dataDir, 'gateway/keys/service-clients.json');
  await writeServiceClients(clients, { 'box-office': 'hush' });
  const { settings, signal, end } = await startSeparate(dataDir);
  signal('SIGINT');
  assert.equal((await end).code, 0);
  assert.equal((await loadServiceClients(clients)).authenticate('box-office', 'hush'), 'known');
  const audited = await tacos(['audit'], { ...settings, TACOS_DATA_DIR: join(dataDir, 'reservation') });
  assert.deepEqual([audited.code, audited.stdout, audited.stderr.includes(`TACOS_DATA_DIR=${dataDir} npx tacos audit`)], [1, '', true], audited.stderr);
  for (const [directory, says] of [[dataDir, /has a directory for each service/], [join(dataDir, 'reservation'), /is the directory of the reservation service alone/]] as const) {
    const together = await tacos(['up'], { ...settings, TACOS_DATA_DIR: directory });
    assert.deepEqual([together.code, says.test(together.stderr)], [1, true], together.stderr);
    assert.ok(together.stderr.includes(`TACOS_DATA_DIR=${dataDir} npx tacos up --separate`), together.stderr);
  }
  const inside = await tacos(['up', '--separate'], { ...settings, TACOS_DATA_DIR: join(dataDir, 'gateway') });
  assert.deepEqual([inside.code, /is the directory of the gateway service alone/.test(inside.stderr)], [1, true], inside.stderr);
});

it('tacos up --separate refuses a directory with the journal of all services, and settings that it would replace, by name', async (t) => {
  const dataDir = scratchDirectory(t);
  const settings = { TACOS_DATA_DIR: dataDir, ...(await freePorts()) };
  await mkdir(join(dataDir, 'journal'));
  const apart = await tacos(['up', '--separate'], settings);
  assert.deepEqual([apart.code, /holds one journal of all services/.test(apart.stderr)], [1, true], apart.stderr);
  for (const name of ['SERVICE_CLIENTS_FILE', 'SERVICE_CLIENT_SECRET_FILE']) {
    const { code, stderr } = await tacos(['up', '--separate'], { ...settings, [name]: '/keys/own' });
    assert.deepEqual([code, stderr.includes(`${name} cannot be set with --separate`)], [2, true], stderr);
  }
});
