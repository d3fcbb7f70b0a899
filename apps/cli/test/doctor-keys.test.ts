import { strict as assert } from 'node:assert';
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writeClientSecret, writeServiceClients } from '@traffic-tacos/gateway';
import { createExamine } from './support/examination.ts';
import { scratchDirectory } from './support/tacos.ts';
import { wear } from './support/worn-directory.ts';

describe('tacos doctor, of keys and secrets', () => {
  const scratch = scratchDirectory({ after });
  const examine = createExamine(scratch);
  const worn = join(scratch, 'worn');
  let copies = 0;

  const copyOfWorn = (): { readonly directory: string; readonly folder: string; readonly file: string } => {
    const directory = join(scratch, `copy-${++copies}`);
    cpSync(worn, directory, { recursive: true });
    const folder = join(directory, 'keys');
    return { directory, folder, file: join(folder, 'signing-keys.json') };
  };

  before(async () => await wear(worn, { events: 1 }));

  it('names keys that are missing beside a journal, and none missing where nothing was ever recorded', async () => {
    const { directory, folder } = copyOfWorn();
    rmSync(folder, { recursive: true });
    const { met, of } = await examine(directory);
    assert.deepEqual(met, ['keys_missing']);
    assert.match(of('keys_missing').says, /every token signed before is void/);
    assert.ok(of('keys_missing').mend?.includes(`cp -a BACKUP/keys ${directory}/`));
    assert.ok(!existsSync(folder), 'the doctor makes none');
    assert.deepEqual((await examine(join(scratch, 'nothing yet'))).met, []);
  });

  it('names keys that others may read, and a folder of keys that is open, each with its chmod', async () => {
    const { directory, folder, file } = copyOfWorn();
    chmodSync(file, 0o640);
    const file640 = await examine(directory);
    assert.deepEqual([file640.met, file640.of('keys_open').mend], [['keys_open'], `chmod 600 ${file}`]);
    assert.match(file640.of('keys_open').says, /mode 640/);
    chmodSync(file, 0o600);
    chmodSync(folder, 0o755);
    const folder755 = await examine(directory);
    assert.deepEqual([folder755.met, folder755.of('keys_open').mend], [['keys_open'], `chmod 700 ${folder}`]);
  });

  it('names a key file that cannot be read', async () => {
    const { directory, file } = copyOfWorn();
    rmSync(file);
    mkdirSync(file, { mode: 0o700 });
    const { met, of } = await examine(directory);
    assert.deepEqual(met, ['keys_unreadable']);
    assert.ok(of('keys_unreadable').says.startsWith(`${file} cannot be read: `));
  });

  it('names a key file that is empty, that is no document, and whose key is none, without a word of what stands in it', async () => {
    for (const text of ['', 'secret secret', '{"keys":[]}', '{"keys":[{"kty":"RSA","d":"secret"}]}']) {
      const { directory, file } = copyOfWorn();
      writeFileSync(file, text, { mode: 0o600 });
      const { met, of, findings } = await examine(directory);
      assert.deepEqual(met, ['keys_damaged'], text);
      assert.ok(of('keys_damaged').mend?.includes(`rm ${file}`));
      assert.doesNotMatch(JSON.stringify(findings.filter(({ mishap }) => mishap === 'keys_damaged')), /secret/);
    }
  });

  it('names the secret of a service that others may read, where a setting names it and where up --separate has put it', async () => {
    const { directory } = copyOfWorn();
    const named = join(scratch, 'secret');
    await writeClientSecret(named, 'only one may know');
    assert.deepEqual((await examine(directory, { SERVICE_CLIENT_SECRET_FILE: named })).met, []);
    chmodSync(named, 0o604);
    const open = await examine(directory, { SERVICE_CLIENT_SECRET_FILE: named });
    assert.deepEqual(open.met, ['secret_open']);
    assert.ok(open.of('secret_open').mend?.startsWith(`chmod 600 ${named} `));

    const separate = join(scratch, 'separate');
    cpSync(worn, join(separate, 'gateway'), { recursive: true });
    cpSync(join(worn, 'journal'), join(separate, 'payment', 'journal'), { recursive: true });
    const made = join(separate, 'payment', 'keys', 'service-client-secret');
    await writeClientSecret(made, 'only one may know');
    assert.deepEqual((await examine(separate)).met, []);
    chmodSync(made, 0o644);
    assert.deepEqual((await examine(separate)).met, ['secret_open']);
  });

  it('names the file of a secret or of clients that is missing, empty or no document', async () => {
    const { directory } = copyOfWorn();
    const missing = await examine(directory, { SERVICE_CLIENT_SECRET_FILE: join(scratch, 'nowhere') });
    assert.deepEqual(missing.met, ['secret_unreadable']);
    assert.match(missing.of('secret_unreadable').says, /nowhere cannot be read: ENOENT/);
    const clients = join(scratch, 'clients.json');
    await writeServiceClients(clients, { payment: 'only one may know' });
    assert.deepEqual((await examine(directory, { SERVICE_CLIENTS_FILE: clients })).met, []);
    writeFileSync(clients, '{}');
    assert.deepEqual((await examine(directory, { SERVICE_CLIENTS_FILE: clients })).met, ['secret_unreadable']);
  });
});
