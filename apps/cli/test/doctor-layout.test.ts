import { strict as assert } from 'node:assert';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createExamine } from './support/examination.ts';
import { scratchDirectory } from './support/tacos.ts';
import { wear } from './support/worn-directory.ts';

describe('tacos doctor, of layouts', () => {
  const scratch = scratchDirectory({ after });
  const examine = createExamine(scratch);
  const worn = join(scratch, 'worn');
  let copies = 0;

  const scratchCopy = (): string => join(scratch, `copy-${++copies}`);
  /** The directory of one service alone, as its first start marks it. */
  const ofService = (directory: string, service: string): void => {
    cpSync(join(worn, 'journal'), join(directory, 'journal'), { recursive: true });
    cpSync(join(worn, 'history.sqlite'), join(directory, 'history.sqlite'));
    writeFileSync(join(directory, 'layout.json'), JSON.stringify({ service }));
  };

  before(async () => await wear(worn, { events: 1 }));

  it('does not miss the issuer’s keys in the directory of another service, and misses them in the gateway’s', async () => {
    const [inventory, gateway] = [scratchCopy(), scratchCopy()];
    ofService(inventory, 'inventory');
    const found = await examine(inventory);
    assert.deepEqual(found.met, []);
    assert.match(found.findings.find(({ check }) => check === 'layout')?.says ?? '', /is the directory of the inventory service alone$/);
    ofService(gateway, 'gateway');
    assert.deepEqual((await examine(gateway)).met, ['keys_missing']);
  });

  it('names journals of single services beside one of all', async () => {
    const both = scratchCopy();
    cpSync(worn, both, { recursive: true });
    assert.deepEqual((await examine(both)).met, []);
    ofService(join(both, 'payment'), 'payment');
    const { met, of } = await examine(both);
    assert.deepEqual(met, ['layout_mixed']);
    assert.match(of('layout_mixed').says, /journals of single ones beside it \(payment\)/);
    assert.ok(of('layout_mixed').mend?.includes(`mv ${join(both, 'payment')} ${both}.separate/`));
  });

  it('names the directory of a service that stands under another one’s name', async () => {
    const separate = scratchCopy();
    cpSync(join(worn, 'keys'), join(separate, 'gateway', 'keys'), { recursive: true });
    ofService(join(separate, 'gateway'), 'gateway');
    ofService(join(separate, 'inventory'), 'inventory');
    assert.deepEqual((await examine(separate)).met, []);
    ofService(join(separate, 'inventory'), 'payment');
    const { met, of } = await examine(separate);
    assert.deepEqual(met, ['layout_mixed']);
    assert.match(of('layout_mixed').says, /inventory is the directory of the payment service/);
  });

  it('names a layout file that cannot be read', async () => {
    const directory = scratchCopy();
    cpSync(worn, directory, { recursive: true });
    mkdirSync(join(directory, 'layout.json'));
    assert.deepEqual((await examine(directory)).met, ['layout_unreadable']);
    rmSync(join(directory, 'layout.json'), { recursive: true });
  });
});
