import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'node:test';
import { call } from './support/buyer.ts';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory, settingsFor, tacos } from './support/tacos.ts';

const EVENT = { id: 'evt_token', name: 'Token', currency: 'KRW', sections: [{ id: 'S', name: 'S', price: 1000, capacity: 10 }] };

/** The claims of a token, unchecked. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const claims: Readonly<Record<string, unknown>> = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  return claims;
}

describe('tacos token', () => {
  const dataDir = scratchDirectory({ after });
  const emptyDir = scratchDirectory({ after });
  let platform: RunningPlatform;

  before(async () => {
    platform = await startUp(dataDir, [], { JWT_AUDIENCE: 'tickets' });
  });
  after(async () => void (await platform.stop('SIGKILL')));

  it('prints a token and nothing else, which the platform believes', async () => {
    const { code, stdout, stderr } = await platform.tacos('token', '--user', 'u123');
    assert.equal(code, 0);
    assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    assert.equal(stderr, '');
    assert.equal((await call(platform.addresses.gateway, stdout.trim(), 'GET', '/api/v1/orders')).status, 200);
  });

  it('takes issuer and audience from the running platform, whatever this terminal is set to', async () => {
    const { stdout } = await tacos(['token', '--user', 'u123'], { TACOS_DATA_DIR: dataDir, GATEWAY_PORT: '1234', JWT_AUDIENCE: 'other' });
    assert.equal(claimsOf(stdout)['iss'], platform.addresses.gateway);
    assert.equal(claimsOf(stdout)['aud'], 'tickets');
  });

  it('signs for a role: an organizer may put an event, a user may not', async () => {
    const as = async (...words: readonly string[]): Promise<number> => {
      const { stdout } = await platform.tacos('token', '--user', 'o1', ...words);
      return (await call(platform.addresses.inventory, stdout.trim(), 'PUT', '/v1/events/evt_token', EVENT)).status;
    };
    assert.equal(await as(), 403);
    assert.equal(await as('--role', 'organizer'), 201);
    assert.equal(await as('--role', 'admin'), 200);
  });

  it('is valid as long as it is told', async () => {
    const { stdout } = await platform.tacos('token', '--user', 'u123', '--ttl', '90');
    const { iat, exp } = claimsOf(stdout);
    assert.equal(Number(exp) - Number(iat), 90);
  });

  for (const words of [[], ['--user', 'u1', '--role', 'king'], ['--user', 'u1', '--ttl', '0'], ['--user', 'u1', '--ttl', 'long'], ['--user', 'a\u0007b']]) {
    it(`refuses wrong usage with exit code 2 and prints nothing: ${JSON.stringify(words)}`, async () => {
      const { code, stdout, stderr } = await platform.tacos('token', ...words);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.notEqual(stderr, '');
    });
  }

  it('says what to do where there are no keys yet', async () => {
    const { code, stdout, stderr } = await tacos(['token', '--user', 'u1'], settingsFor(emptyDir));
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /npm start/);
  });
});
