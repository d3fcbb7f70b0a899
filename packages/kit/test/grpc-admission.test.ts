import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTrustedNetworks } from '../src/grpc/server/trusted-networks.ts';
import { actingUser, grpcService, type GrpcCaller, type GrpcSettings } from '../src/index.ts';
import { withGrpcServer, type TestGrpcServer } from '../src/testing.ts';
import { call, withClient, type Ended, type Sent } from './grpc/calls.ts';
import { SHOP_AUTHZ, SHOP_METHODS, type Answer } from './grpc/shop.ts';

/** Every method says who it takes the caller for. */
const whoAmI = (_request: unknown, { caller }: { readonly caller: GrpcCaller }): Answer => ({ text: JSON.stringify(caller) });

const SHOP = grpcService({
  definition: SHOP_METHODS,
  handlers: { look: whoAmI, greet: whoAmI, buy: whoAmI, restock: whoAmI, close: whoAmI },
  takeTokens: ['greet'],
});

type UnaryName = 'look' | 'greet' | 'buy' | 'restock' | 'close' | 'missing';

async function withShop<T>(
  body: (running: TestGrpcServer & { ask(name: UnaryName, sent?: Sent): Promise<Ended<Answer>> }) => Promise<T>,
  settings: Partial<GrpcSettings> = {},
): Promise<T> {
  return withGrpcServer({ services: [SHOP], authz: SHOP_AUTHZ, settings }, (running) =>
    withClient(running.address, (client) => body({ ...running, ask: (name, sent) => call(client, SHOP_METHODS[name], { text: '' }, sent) })),
  );
}

const OK = 'OK';
const NONE = 'UNAUTHENTICATED';
const NO = 'PERMISSION_DENIED';

/** Rows: who may call. Columns: without a token, with one that is none, as a user, a service, an admin. */
const ACCESS: readonly [UnaryName, ...string[]][] = [
  ['look', OK, OK, OK, OK, OK],
  ['greet', OK, NONE, OK, OK, OK],
  ['buy', NONE, NONE, OK, OK, OK],
  ['restock', NONE, NONE, NO, OK, NO],
  ['close', NONE, NONE, NO, NO, OK],
  ['missing', NONE, NONE, 'UNIMPLEMENTED', NO, 'UNIMPLEMENTED'],
];

test('authorisation: each kind of method with no, a false, a user\'s, a service\'s and an admin\'s credential', async () => {
  await withShop(async ({ ask, bearer }) => {
    const credentials: readonly Sent[] = [
      {},
      { authorization: 'Bearer no.such.token' },
      { authorization: await bearer('u1') },
      { authorization: await bearer('reservation', 'service') },
      { authorization: await bearer('a1', 'admin') },
    ];
    for (const [name, ...expected] of ACCESS) {
      const got = [];
      for (const sent of credentials) got.push((await ask(name, sent)).code);
      assert.deepEqual(got, expected, name);
    }
  });
});

test('authorisation: the handler is told whether a user, a service or nobody in particular calls', async () => {
  await withShop(async ({ ask, bearer }) => {
    const callerOf = async (name: UnaryName, sent?: Sent): Promise<unknown> => JSON.parse((await ask(name, sent)).response?.text ?? '');
    const user = { authorization: await bearer('u1') };
    assert.deepEqual(await callerOf('look', user), { kind: 'nobody' }, 'no token is looked at where it makes no difference');
    assert.deepEqual(await callerOf('greet'), { kind: 'nobody' });
    assert.partialDeepStrictEqual(await callerOf('greet', user), { kind: 'user', userId: 'u1', roles: [] });
    const service = { authorization: await bearer('reservation', 'service') };
    assert.partialDeepStrictEqual(await callerOf('restock', service), { kind: 'service', name: 'reservation', roles: ['service'] });
  });
});

test('authorisation: a refusal names its reason in google.rpc details, and never what was sent', async () => {
  await withShop(async ({ ask, bearer }) => {
    const none = await ask('buy', { authorization: 'Basic c2VjcmV0' });
    assert.deepEqual([none.details?.reason, none.details?.errorCode], ['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    assert.deepEqual(none.details?.violations, [{ field: 'authorization', reason: 'must be a bearer token' }]);
    const wrong = await ask('close', { authorization: await bearer('u1') });
    assert.deepEqual([wrong.details?.reason, wrong.details?.errorCode], ['FORBIDDEN', 'FORBIDDEN']);
    assert.doesNotMatch(JSON.stringify([none, wrong]), /c2VjcmV0|u1/);
  });
});

test('GRPC_AUTH=network: callers without a token pass as the network where a user or a service does, never where an admin is demanded', async () => {
  await withShop(
    async ({ ask, bearer }) => {
      for (const name of ['buy', 'restock'] as const) assert.deepEqual(JSON.parse((await ask(name)).response?.text ?? ''), { kind: 'network' });
      assert.equal((await ask('close')).code, NONE);
      assert.equal((await ask('buy', { authorization: 'Bearer no.such.token' })).code, NONE, 'a token that is shown must hold');
      assert.match((await ask('buy', { authorization: await bearer('u1') })).response?.text ?? '', /"userId":"u1"/);
      assert.equal((await ask('buy', { 'x-forwarded-for': '10.0.0.1' })).code, NONE, 'a call that was forwarded may come from anywhere');
    },
    { auth: 'network' },
  );
});

test('GRPC_AUTH=network: a network is its addresses, in either family, and no others', () => {
  const trusted = createTrustedNetworks(['10.1.0.0/16', '192.168.7.9', 'fd00::/8']);
  for (const peer of ['10.1.255.255:1', '192.168.7.9:65535', '::ffff:10.1.2.3:50123', 'fd12::1:50123']) assert.equal(trusted(peer), true, peer);
  for (const peer of ['10.2.0.0:1', '192.168.7.8:1', '::ffff:10.2.0.1:1', 'fe80::1:1', '127.0.0.1:1', 'unknown', '']) assert.equal(trusted(peer), false, peer);
});

test('authorisation: a method without a line in the table, or with nobody in it, keeps the server from starting', async () => {
  for (const nobody of [undefined, new Set<never>()]) {
    const authz = { of: (path: string) => (path === '/shop.v1.Shop/Restock' ? nobody : SHOP_AUTHZ.of(path)) };
    await assert.rejects(withGrpcServer({ services: [SHOP], authz }, async () => undefined), {
      name: 'InvariantBreach',
      message: 'the table of callers has nobody for /shop.v1.Shop/Restock',
    });
  }
});

test('I10: with a user\'s token that user acts, and naming another one is refused; services and the network name the user, or none', () => {
  const user: GrpcCaller = { kind: 'user', userId: 'u1', roles: [] };
  const service: GrpcCaller = { kind: 'service', name: 'gateway', roles: ['service'] };
  assert.deepEqual(actingUser(user, ''), { kind: 'user', userId: 'u1' });
  assert.deepEqual(actingUser(user, 'u1'), { kind: 'user', userId: 'u1' });
  assert.equal((actingUser(user, 'u2') as { refused?: string }).refused, 'FORBIDDEN');
  for (const caller of [service, { kind: 'network' } as const]) {
    assert.deepEqual(actingUser(caller, 'u2'), { kind: 'user', userId: 'u2' });
    assert.deepEqual(actingUser(caller, ''), { kind: 'unnamed' });
  }
  assert.equal((actingUser({ kind: 'nobody' }, 'u1') as { refused?: string }).refused, 'UNAUTHENTICATED');
});
