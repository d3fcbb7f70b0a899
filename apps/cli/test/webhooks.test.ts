import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { loadOrCreateWebhookSecrets, newWebhookSecret, webhookSecretPath } from '@traffic-tacos/kit';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory, settingsFor, tacos } from './support/tacos.ts';

describe('tacos webhooks', () => {
  const dataDir = scratchDirectory({ after });
  const path = webhookSecretPath(dataDir);
  const settings = settingsFor(dataDir);

  it('rotate: adds a secret that signs; the one before it is accepted until it is retired', async () => {
    const [before] = await loadOrCreateWebhookSecrets(path);
    const rotated = await tacos(['webhooks', 'rotate'], settings);
    assert.equal(rotated.code, 0, rotated.stderr);
    const both = await loadOrCreateWebhookSecrets(path);
    assert.deepEqual([both.length, both[1]], [2, before]);
    const { code, stdout, stderr } = await tacos(['webhooks', 'rotate', '--retire'], settings);
    assert.equal(code, 0);
    assert.match(stderr, /2 retired ones/);
    assert.equal(stdout, '');
    assert.equal((await loadOrCreateWebhookSecrets(path)).length, 1);
  });

  it('secret: prints what fits one origin, and nothing else', async () => {
    const of = async (url: string) => tacos(['webhooks', 'secret', url], settings);
    const [one, same, other, none] = await Promise.all(['https://a.example/x', 'https://a.example/y?z', 'https://b.example/x', 'a.example'].map(of));
    assert.match(one?.stdout ?? '', /^whsec_[A-Za-z0-9+/]{43}=\n$/);
    assert.equal(one?.stdout, same?.stdout);
    assert.notEqual(one?.stdout, other?.stdout);
    assert.deepEqual([none?.code, none?.stdout], [2, '']);
  });
});

describe('tacos webhooks: receivers', () => {
  const dataDir = scratchDirectory({ after });
  const URL_OF_SHOP = 'https://shop.example/hook';
  let platform: RunningPlatform;
  before(async () => {
    platform = await startUp(dataDir);
  });
  after(async () => void (await platform.stop('SIGKILL')));
  const add = (...more: readonly string[]) => platform.tacos('webhooks', 'add', ...more);

  it('add, list: one for a service and an address, with a secret from a file that nothing shows', async () => {
    const secret = newWebhookSecret();
    const file = join(dataDir, 'secret-of-shop');
    await writeFile(file, `${secret}\n`);
    const first = await add(URL_OF_SHOP, '--service', 'shop', '--types', 'payment.failed', '--secret-file', file);
    assert.deepEqual([first.code, /^whr_\w{26}\n$/.test(first.stdout)], [0, true], first.stderr);
    const again = await add(URL_OF_SHOP, '--service', 'shop', '--types', 'payment.failed, reservation.expired', '--secret-file', file);
    assert.equal(again.stdout, first.stdout);
    const listed = await platform.tacos('webhooks', 'list');
    assert.match(listed.stdout, /whr_\w{26} +shop +https:\/\/shop\.example\/hook +payment\.failed,reservation\.expired +0/);
    const asJson: readonly Readonly<Record<string, unknown>>[] = JSON.parse((await platform.tacos('webhooks', 'list', '--json')).stdout);
    assert.deepEqual(asJson.map(({ has_own_secret: hasOwnSecret }) => hasOwnSecret), [true]);
    for (const { stdout, stderr } of [first, again, listed]) assert.ok(!`${stdout}${stderr}`.includes(secret));
  });

  it('add: says what is wrong', async () => {
    for (const [url, types, wrong] of [['https://10.0.0.1/', 'payment.failed', /internal address/], [URL_OF_SHOP, 'payment.none', /eventTypes|event_types/]] as const) {
      const { code, stderr } = await add(url, '--service', 'shop', '--types', types);
      assert.deepEqual([code, wrong.test(stderr)], [1, true], stderr);
    }
    assert.equal((await add(URL_OF_SHOP, '--service', 'shop', '--types', 'payment.failed', '--secret-file', join(dataDir, 'none'))).code, 1);
  });

  it('test, remove: of one that is registered', async () => {
    const id = (await add(URL_OF_SHOP, '--service', 'other', '--types', 'payment.failed')).stdout.trim();
    assert.match((await platform.tacos('webhooks', 'test', id)).stdout, /^whk_\w+\n$/);
    assert.equal((await platform.tacos('webhooks', 'remove', id)).code, 0);
    for (const word of ['test', 'remove']) {
      const { code, stderr } = await platform.tacos('webhooks', word, id);
      assert.deepEqual([code, /No such receiver is registered/.test(stderr)], [1, true], stderr);
    }
  });
});
