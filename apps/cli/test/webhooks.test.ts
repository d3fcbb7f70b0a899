import { strict as assert } from 'node:assert';
import { after, describe, it } from 'node:test';
import { loadOrCreateWebhookSecrets, webhookSecretPath } from '@traffic-tacos/kit';
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
