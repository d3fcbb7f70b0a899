import { strict as assert } from 'node:assert';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createSystemTimeSource, eventLoop, openFileDisk, openJournal, Units } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { createPooledRandom } from '@traffic-tacos/kit';
import { createPlatformTables, journalDir } from '@traffic-tacos/platform';
import { buy, call } from './support/buyer.ts';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory, settingsFor, tacos } from './support/tacos.ts';

const COMMITTED = 2;
const SETTLED_WITHIN_MS = 60_000;

/** Sells every place that is held, past every rule: nobody has paid for it, and no order is there. */
async function sellWhatIsHeld(dataDir: string): Promise<void> {
  const tables = createPlatformTables(DEFAULT_LIMITS);
  const machine = { disk: openFileDisk(journalDir(dataDir)), time: createSystemTimeSource(), scheduler: eventLoop, random: createPooledRandom() };
  const { journal } = await openJournal({ ...machine, tables: tables.all, limits: DEFAULT_LIMITS });
  const { holds } = tables.inventory;
  await new Units(journal, 1).run((unit) => {
    for (const hold of [...holds.everywhere()]) {
      if (hold.state !== COMMITTED) unit.write(holds, { ...hold, version: hold.version + 1, state: COMMITTED });
    }
  });
  await journal.close();
}

describe('tacos reconcile', () => {
  const dataDir = scratchDirectory({ after });
  let platform: RunningPlatform | undefined;
  after(async () => void (await platform?.stop('SIGKILL')));

  it('says that nothing differs where nothing does', async () => {
    platform = await startUp(dataDir, ['--sample'], { HOLD_SECONDS: '600' });
    const token = (await platform.tacos('token', '--user', 'u1')).stdout.trim();
    await buy(platform.addresses.gateway, token, 'evt_2025_1001', ['VIP-1-3', 'VIP-1-4']);
    await call(platform.addresses.gateway, token, 'POST', '/api/v1/reservations', { event_id: 'evt_theatre', quantity: 2 });
    let told = await platform.tacos('reconcile');
    // On a busy machine a timer may still be on its way, which is told as well.
    for (const deadline = performance.now() + SETTLED_WITHIN_MS; !told.stdout.includes('nothing differs') && performance.now() < deadline; ) told = await platform.tacos('reconcile');
    assert.equal(told.stdout, '2 holds, 2 reservations, 1 order, 1 intent\nnothing differs\n');
    assert.equal(told.code, 0);
  });

  it('needs the platform, and says what is there without one', async () => {
    await platform?.stop();
    const { code, stderr } = await tacos(['reconcile'], settingsFor(dataDir));
    assert.equal(code, 1);
    assert.match(stderr, /No platform runs in .*npx tacos audit/s);
  });

  it('looks for the gateway where services run apart', async () => {
    const apart = scratchDirectory({ after });
    mkdirSync(journalDir(join(apart, 'payment')), { recursive: true });
    const { code, stderr } = await tacos(['reconcile'], settingsFor(apart));
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`No platform runs in ${join(apart, 'gateway')}`));
  });

  it('I2: names what it cannot heal, with exit code 1, and the platform goes on', async () => {
    await sellWhatIsHeld(dataDir);
    platform = await startUp(dataDir);
    const told = await platform.tacos('reconcile');
    assert.match(told.stdout, /0 differences healed, 0 looked at again, 1 for you to look at\n  alarmed  sold_without_order  rsv_\w+ is \w+ and its hold committed/);
    assert.equal(told.code, 1);
    const { code, stdout } = await platform.tacos('reconcile', '--json');
    const { differences }: { readonly differences: readonly Readonly<Record<string, unknown>>[] } = JSON.parse(stdout);
    assert.deepEqual(differences.map(({ kind, outcome, means }) => [kind, outcome, means]), [['sold_without_order', 'alarmed', 'Places are sold for a reservation that has no order.']]);
    assert.equal(code, 1);
  });
});
