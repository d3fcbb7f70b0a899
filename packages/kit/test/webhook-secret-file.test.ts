import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  addWebhookSecret, loadOrCreateWebhookSecrets, readWebhookSecret, retireWebhookSecrets, secretForOrigin, signWebhook, verifyWebhook, webhookSecretPath, writeWebhookSecret,
} from '../src/index.ts';

const within = async (body: (path: string) => Promise<void>): Promise<void> => {
  const dir = await mkdtemp(join(tmpdir(), 'webhook-secrets-'));
  try {
    await body(webhookSecretPath(dir));
  } finally {
    await rm(dir, { recursive: true });
  }
};

test('each data directory gets a random secret of its own, for its owner alone; the next start finds it again', () =>
  within(async (path) => {
    const [first, ...others] = await loadOrCreateWebhookSecrets(path);
    assert.equal(others.length, 0);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(await loadOrCreateWebhookSecrets(path), [first]);
    await within(async (elsewhere) => assert.notDeepEqual(await loadOrCreateWebhookSecrets(elsewhere), [first]));
  }));

test('S11: a new secret signs and the old one is accepted beside it, until it is retired: then nothing that it signs is', () =>
  within(async (path) => {
    const [old] = await loadOrCreateWebhookSecrets(path);
    await addWebhookSecret(path);
    const both = await loadOrCreateWebhookSecrets(path);
    assert.deepEqual(both[1], old);
    const body = Buffer.from('{}');
    const signed = signWebhook(old, { id: 'm', timestampSeconds: 1_000, body });
    const message = { id: 'm', timestamp: '1000', signature: signed['webhook-signature'], body };
    assert.equal(verifyWebhook(both, message, 1_000).kind, 'genuine');
    assert.equal(await retireWebhookSecrets(path, '2026-01-01T00:00:00.000Z'), 1);
    assert.equal(await retireWebhookSecrets(path, '2026-01-02T00:00:00.000Z'), 0, 'what is retired stays so');
    const left = await loadOrCreateWebhookSecrets(path);
    assert.deepEqual(left, [both[0]]);
    assert.equal(verifyWebhook(left, message, 1_000).kind, 'signature_wrong');
    assert.match(await readFile(path, 'utf8'), /"retired_at": "2026-01-01/);
  }));

test('a file that is damaged, empty or open to others is refused by name, and no secret is in the message', () =>
  within(async (path) => {
    const secrets = await loadOrCreateWebhookSecrets(path);
    const written = writeWebhookSecret(secrets[0]);
    const refused = async (reason: RegExp): Promise<void> => {
      await assert.rejects(loadOrCreateWebhookSecrets(path), (error: Error) => error.name === 'WebhookSecretFileRefused' && reason.test(error.message) && error.message.includes(path) && !error.message.includes(written.slice(6)));
    };
    for (const text of ['', '{', '[]', '{"secrets":{}}', '{"secrets":[]}', '{"secrets":[{"secret":"hunter2"}]}', `{"secrets":[{"secret":"${written}","retired_at":"x"}]}`]) {
      await writeFile(path, text);
      await refused(/is damaged/);
    }
    await chmod(path, 0o644);
    await refused(/open to others/);
  }));

test('a receiver elsewhere gets a secret that fits its origin only, and from which the platform’s own cannot be told', () =>
  within(async (path) => {
    const secrets = await loadOrCreateWebhookSecrets(path);
    const [one, again, other] = ['https://a.example', 'https://a.example', 'https://b.example'].map((origin) => secretForOrigin(secrets, origin));
    assert.deepEqual(one, again);
    assert.notDeepEqual(one, other);
    assert.notDeepEqual(one, secrets[0]);
    assert.ok(one !== undefined && readWebhookSecret(writeWebhookSecret(one)) !== undefined);
  }));
