import { strict as assert } from 'node:assert';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { journalDir, markService } from '@traffic-tacos/platform';
import { ordersDirectory } from '../src/beside/refuse-layout.ts';
import { scratchDirectory } from './support/tacos.ts';

it('orders are looked for in the one directory of all services, or in that of the reservation service, whichever of them is named', async (t) => {
  const together = scratchDirectory(t);
  await mkdir(journalDir(together), { recursive: true });
  assert.equal(await ordersDirectory(together), together);
  const apart = scratchDirectory(t);
  for (const name of ['gateway', 'reservation'] as const) {
    await mkdir(journalDir(join(apart, name)), { recursive: true });
    await markService(join(apart, name), name);
  }
  for (const named of [apart, join(apart, 'gateway'), join(apart, 'reservation')]) assert.equal(await ordersDirectory(named), join(apart, 'reservation'), named);
});
