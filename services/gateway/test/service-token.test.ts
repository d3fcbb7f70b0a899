import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { loadServiceClients, newClientSecret, readClientSecret, ServiceClientFileRefused, writeClientSecret, writeServiceClients } from '../src/adapters/embedded/service-client-file.ts';
import { withGateway } from './gateway-under-test.ts';

const SECRET = newClientSecret();
const GRANT = { grant_type: 'client_credentials', client_id: 'reservation', client_secret: SECRET, audience: 'inventory' };

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tacos-clients-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const known = async (folder: string) => {
  const path = join(folder, 'clients.json');
  await writeServiceClients(path, { reservation: SECRET });
  return loadServiceClients(path);
};

test('a service that shows its secret gets a credential for one service, for five minutes, that names no user', () =>
  withFolder(async (folder) => {
    await withGateway(async ({ ask }) => {
      const answer = await ask('POST', '/oauth2/token', { body: GRANT });
      assert.equal(answer.status, 200);
      assert.deepEqual([answer.body['token_type'], answer.body['expires_in'], answer.headers['cache-control']], ['Bearer', 300, 'no-store']);
      const { sub, aud, role, iat = 0, exp = 0 } = decodeJwt(String(answer.body['access_token']));
      assert.deepEqual([sub, aud, role, exp - iat], ['reservation', 'inventory', 'service', 300]);
    }, { serviceClients: await known(folder) });
  }));

test('client and secret may come in a Basic header, with what is special in them encoded', () =>
  withFolder(async (folder) => {
    await withGateway(async ({ ask }) => {
      const { client_id, client_secret, ...rest } = GRANT;
      const headers = { authorization: `Basic ${Buffer.from(`${client_id}:${encodeURIComponent(client_secret)}`).toString('base64')}` };
      assert.equal((await ask('POST', '/oauth2/token', { body: rest, headers })).status, 200);
      assert.equal((await ask('POST', '/oauth2/token', { body: rest })).status, 401);
    }, { serviceClients: await known(folder) });
  }));

test('RFC 6749: a form with the fields, or with a Basic header beside it, gets the credential; one way of the two at a time', () =>
  withFolder(async (folder) => {
    await withGateway(async ({ ask }) => {
      const { client_id, client_secret, ...rest } = GRANT;
      const basic = (secret: string) => ({ authorization: `Basic ${Buffer.from(`${client_id}:${encodeURIComponent(secret)}`).toString('base64')}` });
      const post = (fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
        ask('POST', '/oauth2/token', { body: new URLSearchParams(fields).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
      for (const answer of [await post({ ...GRANT, scope: 'any' }), await post(rest, basic(client_secret)), await post({ ...rest, client_id }, basic(client_secret))]) {
        assert.deepEqual([answer.status, answer.body['token_type'], answer.headers['cache-control']], [200, 'Bearer', 'no-store']);
      }
      const unknown = await post(rest, basic(newClientSecret()));
      assert.deepEqual([unknown.status, unknown.headers['www-authenticate']], [401, 'Basic realm="services", charset="UTF-8"']);
      const among = await post({ ...GRANT, client_secret: newClientSecret() });
      assert.deepEqual([among.status, among.headers['www-authenticate']], [401, 'Bearer']);
      const refused = [await post(GRANT, basic(client_secret)), await post({ ...rest, client_id: 'payment' }, basic(client_secret)), await post({ ...GRANT, grant_type: 'password' })];
      for (const answer of refused) assert.deepEqual([answer.status, (answer.body['error'] as { readonly code: string }).code], [400, 'INVALID_REQUEST']);
    }, { serviceClients: await known(folder) });
  }));

test('I10: a wrong secret, an unknown client and a gateway without clients answer the same', () =>
  withFolder(async (folder) => {
    const answers: unknown[] = [];
    const collect = async (body: object, serviceClients: Awaited<ReturnType<typeof known>> | undefined): Promise<void> =>
      withGateway(async ({ ask }) => {
        const answer = await ask('POST', '/oauth2/token', { body });
        const { code, details } = answer.body['error'] as Readonly<Record<string, unknown>>;
        answers.push([answer.status, code, details]);
      }, { serviceClients });
    const clients = await known(folder);
    await collect({ ...GRANT, client_secret: newClientSecret() }, clients);
    await collect({ ...GRANT, client_id: 'mallory' }, clients);
    await collect(GRANT, undefined);
    assert.deepEqual(answers, Array.from({ length: 3 }, () => [401, 'UNAUTHENTICATED', [{ field: 'client_secret', reason: 'client or secret is wrong' }]]));
  }));

test('another grant, and a service that there is not, are refused', () =>
  withFolder(async (folder) => {
    await withGateway(async ({ ask }) => {
      assert.equal((await ask('POST', '/oauth2/token', { body: { ...GRANT, grant_type: 'password' } })).status, 400);
      assert.equal((await ask('POST', '/oauth2/token', { body: { ...GRANT, audience: 'everybody' } })).status, 400);
    }, { serviceClients: await known(folder) });
  }));

test('secrets and clients are written for their owner alone, and refused when others may read them, or they are damaged', () =>
  withFolder(async (folder) => {
    const [secretPath, clientsPath] = [join(folder, 'keys', 'secret'), join(folder, 'keys', 'clients.json')];
    await writeClientSecret(secretPath, SECRET);
    await writeServiceClients(clientsPath, { payment: SECRET });
    for (const path of [secretPath, clientsPath]) assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal(await readClientSecret(secretPath), SECRET);
    assert.equal((await loadServiceClients(clientsPath)).authenticate('payment', SECRET), 'known');
    await chmod(secretPath, 0o640);
    await assert.rejects(readClientSecret(secretPath), ServiceClientFileRefused);
    for (const damaged of ['', '{', '{"clients":[{"id":"payment"}]}', '{"clients":[{"id":"../x","secret_sha256":"00"}]}']) {
      await writeFile(clientsPath, damaged);
      await assert.rejects(loadServiceClients(clientsPath), ServiceClientFileRefused, damaged);
    }
    await assert.rejects(readClientSecret(join(folder, 'none')), /cannot be read: ENOENT/);
  }));
