import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'node:test';
import { createSystemTimeSource, eventLoop, openFileDisk, openJournal, Units } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, epochMs } from '@traffic-tacos/kernel';
import { createPooledRandom } from '@traffic-tacos/kit';
import { createPlatformTables, journalDir, RESTART_GRACE_MS, type PlatformTables } from '@traffic-tacos/platform';
import { buy, call } from './support/buyer.ts';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory, settingsFor, tacos } from './support/tacos.ts';

/** Changes the records of a directory that nobody runs in, as a bug would: past every rule. */
async function plant(dataDir: string, write: (tables: PlatformTables, units: Units) => Promise<void>): Promise<void> {
  const tables = createPlatformTables(DEFAULT_LIMITS);
  const machine = { disk: openFileDisk(journalDir(dataDir)), time: createSystemTimeSource(), scheduler: eventLoop, random: createPooledRandom() };
  const { journal } = await openJournal({ ...machine, tables: tables.all, limits: DEFAULT_LIMITS });
  await write(tables, new Units(journal, 1));
  await journal.close();
}

describe('tacos audit', () => {
  const dataDir = scratchDirectory({ after });
  const emptyDir = scratchDirectory({ after });
  const settings = settingsFor(dataDir);
  let platform: RunningPlatform;
  let orderId = '';

  before(async () => {
    platform = await startUp(dataDir, ['--sample'], { HOLD_SECONDS: '600' });
    const token = (await platform.tacos('token', '--user', 'u1')).stdout.trim();
    ({ orderId } = await buy(platform.addresses.gateway, token, 'evt_2025_1001', ['VIP-1-3', 'VIP-1-4']));
    await call(platform.addresses.gateway, token, 'POST', '/api/v1/reservations', { event_id: 'evt_theatre', quantity: 2 });
  });
  after(async () => void (await platform.stop('SIGKILL')));

  it('is green beside the running platform, and says what it has looked at', async () => {
    const { code, stdout } = await platform.tacos('audit');
    assert.equal(code, 0);
    assert.match(stdout, /2 holds, 2 reservations, 1 order, 1 payment intent/);
    assert.match(stdout, /^green: /m);
  });

  it('prints the same as JSON', async () => {
    const report: Readonly<Record<string, unknown>> = JSON.parse((await platform.tacos('audit', '--json')).stdout);
    assert.deepEqual(report['breaches'], []);
    assert.deepEqual(report['counted'], { holds: 2, reservations: 2, orders: 1, intents: 1 });
    assert.ok(Number(report['records']) > 4);
  });

  it('S1: is green over what a killed platform leaves', async () => {
    await platform.stop('SIGKILL');
    assert.equal((await tacos(['audit'], settings)).code, 0);
  });

  it('I3: is red, with exit code 1 and the payment named, when an order stands and its money has gone back', async () => {
    await plant(dataDir, async ({ payment }, units) => {
      const intents = [...payment.intents.all((intent) => intent)];
      await units.run((unit) => {
        for (const intent of intents) {
          const changedAtMs = epochMs(intent.changedAtMs - RESTART_GRACE_MS);
          unit.write(payment.intents, { ...intent, version: intent.version + 1, status: 'REFUNDED', refundedMinor: intent.amountMinor, changedAtMs });
        }
      });
    });
    const { code, stdout } = await tacos(['audit'], settings);
    assert.equal(code, 1);
    assert.match(stdout, /RED: 1 breach\n +I3 +pay_\w+ +its order stands, but the payment is REFUNDED/);
  });

  it('I2: is red when an order names another payment than its reservation, and tells both breaches', async () => {
    await plant(dataDir, async ({ reservation }, units) => {
      await units.run((unit) => {
        const another = `pay_${'0'.repeat(26)}` as const;
        const order = reservation.orders.read(orderId);
        if (order !== undefined) unit.write(reservation.orders, { ...order, version: order.version + 1, paymentIntentId: another });
      });
    });
    const { code, stdout } = await tacos(['audit', '--json'], settings);
    const { breaches }: { readonly breaches: readonly Readonly<Record<string, unknown>>[] } = JSON.parse(stdout);
    assert.equal(code, 1);
    assert.ok(breaches.some(({ invariant, subject }) => invariant === 'I2' && subject === orderId));
  });

  it('says so where there is nothing to audit, and makes nothing', async () => {
    const { code, stderr } = await tacos(['audit'], settingsFor(emptyDir));
    assert.equal(code, 1);
    assert.match(stderr, /holds no journal/);
    assert.match((await tacos(['doctor'], settingsFor(emptyDir))).stdout, /journal +there is none yet/);
  });
});
