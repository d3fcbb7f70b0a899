import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify, type JWK } from 'jose';
import { JoseTokenSigner } from '../src/adapters/embedded/jose-token-signer.ts';
import { KeyFileRefused, createKeyFile, loadKeys, loadOrCreateKeys, signingKeyPath } from '../src/adapters/embedded/signing-key-file.ts';
import { generateSigningJwk } from '../src/adapters/embedded/signing-keys.ts';
import { tokenSignerSuite } from '../src/ports/token-signer-suite.ts';

let root = '';
let older: JWK = {};
let newer: JWK = {};

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'tacos-keys-'));
  [older, newer] = await Promise.all([generateSigningJwk(), generateSigningJwk()]);
});
after(() => rm(root, { recursive: true }));

const freshDir = (): Promise<string> => mkdtemp(join(root, 'data-'));

async function dirWith(content: string, mode = 0o600): Promise<string> {
  const dir = await freshDir();
  await createKeyFile(dir, []);
  await writeFile(signingKeyPath(dir), content);
  await chmod(signingKeyPath(dir), mode);
  return dir;
}

tokenSignerSuite('JoseTokenSigner', async () => {
  const dir = await freshDir();
  await createKeyFile(dir, [older, newer]);
  return new JoseTokenSigner(await loadOrCreateKeys(dir));
});

describe('the key file of a data directory', () => {
  it('is made at the first start for its owner only, and is the same ever after', async () => {
    const dir = await freshDir();
    assert.equal(await loadKeys(dir), undefined, 'reading makes nothing');
    const [created] = await loadOrCreateKeys(dir);
    const [again] = await loadOrCreateKeys(dir);

    assert.equal(again.publicKey.kid, created.publicKey.kid);
    assert.equal((await stat(signingKeyPath(dir))).mode & 0o777, 0o600);
    assert.equal((await stat(join(dir, 'keys'))).mode & 0o777, 0o700);
    assert.deepEqual(await readdir(join(dir, 'keys')), ['signing-keys.json'], 'nothing is left beside it');
  });

  it('holds an RSA key of 2048 bits whose kid is its thumbprint', async () => {
    const dir = await freshDir();
    const [key] = await loadOrCreateKeys(dir);
    assert.equal(key.privateKey.asymmetricKeyDetails?.modulusLength, 2048);
    assert.equal(key.publicKey.kid, await calculateJwkThumbprint(key.publicKey));
  });

  it('with several keys: the newest signs, all verify, and a retired one does not', async () => {
    const dir = await freshDir();
    await createKeyFile(dir, [older]);
    const signedBefore = await sign(await signerOf(dir));
    await createKeyFile(dir, [older, newer]);
    const rotated = await signerOf(dir);
    const signedAfter = await sign(rotated);
    const keys = createLocalJWKSet({ keys: rotated.publicKeys.map((key) => ({ ...key })) });

    assert.equal((await jwtVerify(signedBefore, keys)).payload.sub, 'u123');
    const { protectedHeader } = await jwtVerify(signedAfter, keys);
    assert.equal(protectedHeader.kid, await calculateJwkThumbprint(newer));

    await createKeyFile(dir, [newer]);
    const retired = createLocalJWKSet({ keys: (await signerOf(dir)).publicKeys.map((key) => ({ ...key })) });
    await assert.rejects(jwtVerify(signedBefore, retired), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });

  it('that others may read or write is refused with the way back', async () => {
    // Windows keeps no such modes; there the folder's own access rules protect the file.
    if (process.platform === 'win32') return;
    for (const mode of [0o640, 0o604, 0o620]) {
      const dir = await dirWith(JSON.stringify({ keys: [older] }), mode);
      await assert.rejects(loadOrCreateKeys(dir), (error) => error instanceof KeyFileRefused && error.message.includes('chmod 600'));
    }
  });

  it('that is damaged is refused, never replaced, and never quoted', async () => {
    const good = await readFile(signingKeyPath(await dirWith(JSON.stringify({ keys: [older] }))), 'utf8');
    const damaged = [
      '',
      good.slice(0, 300),
      '[]',
      '{"keys":7}',
      '{"keys":[]}',
      '{"keys":[null]}',
      JSON.stringify({ keys: [{ ...older, d: undefined }] }),
      JSON.stringify({ keys: [{ ...older, n: newer.n }] }),
      JSON.stringify({ keys: [newer, { ...older, e: 'Aw' }] }),
      JSON.stringify({ keys: [{ ...older, kty: 'EC' }] }),
      JSON.stringify({ keys: [generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' })] }),
    ];
    for (const content of damaged) {
      const dir = await dirWith(content);
      await assert.rejects(loadOrCreateKeys(dir), (error) => {
        assert.ok(error instanceof KeyFileRefused, `${content.slice(0, 40)} → ${String(error)}`);
        assert.ok(error.message.includes(signingKeyPath(dir)));
        assert.ok(!error.message.includes(String(older.d).slice(0, 20)));
        return true;
      });
      assert.equal(await readFile(signingKeyPath(dir), 'utf8'), content);
    }
  });
});

async function signerOf(dir: string): Promise<JoseTokenSigner> {
  return new JoseTokenSigner(await loadOrCreateKeys(dir));
}

/** Verified by the machine's own clock, so it has to be signed by it. */
function sign(signer: JoseTokenSigner): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  return signer.sign({ iss: 'https://tickets.example', sub: 'u123', iat, exp: iat + 600, jti: 'tok_1', role: 'user' });
}
