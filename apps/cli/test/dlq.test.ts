import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { DEFAULT_LIMITS, epochMs } from '@traffic-tacos/kernel';
import { createSystemTimeSource, eventLoop, openFileDisk, openJournal, Units } from '@traffic-tacos/journal';
import { createPooledRandom } from '@traffic-tacos/kit';
import { createPlatformTables, journalDir, readPlatformFile } from '@traffic-tacos/platform';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory, settingsFor, tacos } from './support/tacos.ts';

/** A result of a payment that nobody knows, given up long ago. */
const BODY = JSON.stringify({
  id: 'pay_1.1', type: 'payment.approved', detail: { payment_intent_id: `pay_${'0'.repeat(26)}`, reservation_id: `rsv_${'0'.repeat(26)}`, sequence: 1 },
});

/** One that the own gateway has not accepted. */
const WEBHOOK = `whk_${'0'.repeat(26)}_1`;

/** Leaves dead letters in the journal of a platform that has stopped. */
async function giveUp(dataDir: string, ids: readonly string[]): Promise<void> {
  const tables = createPlatformTables(DEFAULT_LIMITS);
  const machine = { disk: openFileDisk(journalDir(dataDir)), time: createSystemTimeSource(), scheduler: eventLoop, random: createPooledRandom() };
  const { journal } = await openJournal({ ...machine, tables: tables.all, limits: DEFAULT_LIMITS });
  await new Units(journal, 1).run((unit) => {
    for (const id of ids) {
      unit.write(tables.worker.messages, { id, version: 1, state: 'dead', body: BODY, failures: 6, absences: 0, dueAtMs: epochMs(1_700_000_000_000), reason: 'there is no such payment' });
    }
    unit.write(tables.payment.deliveries, { webhookId: WEBHOOK, version: 1, state: 'dead', url: undefined, registered: undefined, body: BODY, failures: 11, dueAtMs: epochMs(1_700_000_000_000), reason: 'answered 503' });
  });
  await journal.close();
}

/** Has commands look for the services where nobody answers, as where they run in processes of their own that are gone; undone when the test ends. */
async function withoutServices(t: TestContext, dataDir: string, ...services: readonly ('worker' | 'payment')[]): Promise<void> {
  const deaf = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(deaf, 'listening');
  const file = (await readPlatformFile(dataDir)) ?? assert.fail('no platform file');
  const path = join(dataDir, 'platform.json');
  const write = async (addresses: typeof file.addresses): Promise<void> => {
    await writeFile(`${path}.test`, JSON.stringify({ ...file, addresses }));
    await rename(`${path}.test`, path);
  };
  const nowhere = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
  await write({ ...file.addresses, ...Object.fromEntries(services.map((service) => [service, nowhere])) });
  t.after(async () => {
    await write(file.addresses);
    deaf.close();
  });
}

describe('tacos dlq', () => {
  const dataDir = scratchDirectory({ after });
  let platform: RunningPlatform;
  before(async () => {
    platform = await startUp(dataDir);
  });
  after(async () => void (await platform.stop('SIGKILL')));

  it('list: says that nothing was given up, and needs the platform to say so', async () => {
    const { code, stdout, stderr } = await platform.tacos('dlq', 'list');
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /No message was given up/);
    await platform.stop();
    const without = await tacos(['dlq', 'list'], settingsFor(dataDir));
    assert.equal(without.code, 1);
    assert.match(without.stderr, /No platform runs in/);
  });

  it('list, show: what was given up, with its reason', async () => {
    await giveUp(dataDir, ['pay_1.1', 'pay_2.1']);
    platform = await startUp(dataDir);
    const listed = await platform.tacos('dlq', 'list');
    assert.match(listed.stdout, /pay_1\.1 +2023-11-14T22:13:20\.000Z +6 +there is no such payment\npay_2\.1 /);
    const asJson: readonly Readonly<Record<string, unknown>>[] = JSON.parse((await platform.tacos('dlq', 'list', '--json')).stdout);
    assert.deepEqual(asJson.map(({ message_id }) => message_id), ['pay_1.1', 'pay_2.1', WEBHOOK]);
    assert.ok(listed.stdout.includes('answered 503'), listed.stdout);
    const webhook = await platform.tacos('dlq', 'show', WEBHOOK);
    assert.ok(webhook.stdout.startsWith(WEBHOOK) && webhook.stdout.endsWith(`${BODY}\n`), webhook.stdout);
    assert.equal((await platform.tacos('dlq', 'show', `${WEBHOOK}0`)).code, 1);
    const shown = await platform.tacos('dlq', 'show', 'pay_2.1');
    assert.ok(shown.stdout.endsWith(`${BODY}\n`), shown.stdout);
    const absent = await platform.tacos('dlq', 'show', 'pay_3.1');
    assert.deepEqual([absent.code, /is not among the messages/.test(absent.stderr)], [1, true]);
  });

  it('list: shows what it can where a service is gone, says which one did not answer, and ends with exit code 1', async (t) => {
    await withoutServices(t, dataDir, 'payment');
    const listed = await platform.tacos('dlq', 'list');
    assert.equal(listed.code, 1);
    assert.match(listed.stdout, /pay_1\.1 [^]*pay_2\.1 /);
    assert.match(listed.stderr, /The payment service did not answer, so what it has given up is missing here/);
    const asJson = await platform.tacos('dlq', 'list', '--json');
    assert.deepEqual([asJson.code, (JSON.parse(asJson.stdout) as readonly unknown[]).length], [1, 2], asJson.stderr);
  });

  it('list: says of each service that it did not answer, and never that nothing was given up', async (t) => {
    await withoutServices(t, dataDir, 'worker', 'payment');
    const none = await platform.tacos('dlq', 'list');
    assert.deepEqual([none.code, none.stdout], [1, '']);
    assert.match(none.stderr, /The worker service did not answer[^]*The payment service did not answer/);
    assert.doesNotMatch(none.stderr, /No message was given up/);
  });

  it('replay: one that is not there, or whose service is gone, does not keep the others, and ends with exit code 1', async (t) => {
    await withoutServices(t, dataDir, 'payment');
    const { code, stdout, stderr } = await platform.tacos('dlq', 'replay', 'pay_3.1', WEBHOOK, 'pay_1.1');
    assert.deepEqual([code, stdout], [1, 'pay_1.1\n']);
    assert.match(stderr, /pay_3\.1 is not among the messages[^]*Nobody answers at/);
  });

  it('replay: the worker takes them up again, and webhooks are sent again, one or all', async () => {
    const one = await platform.tacos('dlq', 'replay', 'pay_2.1');
    assert.deepEqual([one.code, one.stdout], [0, 'pay_2.1\n']);
    const all = await platform.tacos('dlq', 'replay', '--all');
    assert.deepEqual([all.code, all.stdout], [0, `${WEBHOOK}\n`]);
    assert.equal((await platform.tacos('dlq', 'list')).stdout, '');
  });
});
