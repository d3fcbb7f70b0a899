import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fuzzServer } from '@traffic-tacos/kit/testing';
import type { ServicesBehind } from '../src/ports/services-behind.ts';
import { SUITE_EVENT } from '../src/ports/services-under-test.ts';
import { contentOf, withGateway, type GatewayOptions, type GatewayUnderTest } from './gateway-under-test.ts';

interface Ids {
  readonly reservation: string;
  readonly payment: string;
  readonly order: string;
}

const ABSENT: Ids = {
  reservation: 'rsv_01HZZZZZZZZZZZZZZZZZZZZZZZ',
  payment: 'pay_01HZZZZZZZZZZZZZZZZZZZZZZZ',
  order: 'ord_01HZZZZZZZZZZZZZZZZZZZZZZZ',
};
const IMPOSSIBLE: Ids = { reservation: 'rsv_1', payment: 'no-such-payment', order: 'rsv_01HZZZZZZZZZZZZZZZZZZZZZZZ' };

/** Every route that names something that belongs to somebody, by path or by body. */
const NAMING: readonly ((ids: Ids) => readonly [method: string, path: string, body?: object])[] = [
  ({ reservation }) => ['GET', `/api/v1/reservations/${reservation}`],
  ({ reservation, payment }) => ['POST', `/api/v1/reservations/${reservation}/confirm`, { payment_intent_id: payment }],
  ({ reservation }) => ['POST', `/api/v1/reservations/${reservation}/cancel`],
  ({ reservation }) => ['DELETE', `/api/v1/reservations/${reservation}`],
  ({ reservation }) => ['POST', `/api/v1/reservations/${reservation}/extend`, { extension_seconds: 10 }],
  ({ reservation }) => ['POST', '/api/v1/payments/intent', { reservation_id: reservation, amount: 150_000, currency: 'KRW' }],
  ({ reservation }) => ['POST', '/api/v1/payment/intent', { reservation_id: reservation, amount: 1, currency: 'USD' }],
  ({ payment }) => ['POST', '/api/v1/payments/process', { payment_intent_id: payment }],
  ({ payment }) => ['POST', '/api/v1/payment/process', { payment_intent_id: payment }],
  ({ payment }) => ['GET', `/api/v1/payments/${payment}/status`],
  ({ payment }) => ['GET', `/api/v1/payment/${payment}/status`],
  ({ order }) => ['GET', `/api/v1/orders/${order}`],
];

describe('what belongs to somebody else', () => {
  it('S19 I10: is answered on every route with the very bytes of what never was', () =>
    withGateway(async (under) => {
      const [held, bought] = [await holdAsAlice(under), await buyAsAlice(under)];
      assert.deepEqual(await toldApart(under, held), []);
      assert.deepEqual(await toldApart(under, bought), []);
    }));

  it('S19 I10: and is left as it was', () =>
    withGateway(async (under) => {
      const held = await holdAsAlice(under);
      await toldApart(under, held);
      const { body } = await under.ask('GET', `/api/v1/reservations/${held.reservation}`, { as: 'alice' });
      assert.deepEqual([body['status'], body['updated_at']], ['HOLD', body['created_at']]);
      for (const list of ['reservations', 'orders']) assert.deepEqual((await under.ask('GET', `/api/v1/${list}`, { as: 'mallory' })).body, { [list]: [] });
    }));

  it('every route that names something of a user is among those compared', () =>
    withGateway(({ gateway }) => {
      const shape = (path: string): string => path.replace(/(?:rsv|pay|ord)_[^/]+/, ':id');
      const compared = new Set(NAMING.map((ask) => ask(ABSENT)).map(([method, path]) => `${method} ${shape(path)}`));
      const notNaming = ['GET /api/v1/reservations', 'POST /api/v1/reservations', 'GET /api/v1/orders'];
      const naming = gateway.routes.filter(({ access }) => access === 'user').map(({ method, path }) => `${method} ${path}`);
      assert.deepEqual(new Set(naming.filter((route) => !notNaming.includes(route))), compared);
      return Promise.resolve();
    }));

  it('planted bugs: a service that tells strangers one thing more is seen', async () => {
    assert.deepEqual(await told(({ reservations }) => ({ reservations: leak(reservations, 'cancel', 'RESERVATION_EXPIRED') })), ['POST', 'DELETE']);
    assert.deepEqual(await told(({ payments }) => ({ payments: leak(payments, 'process', 'PAYMENT_NOT_APPROVED') })), ['POST', 'POST']);
    assert.deepEqual(await told(({ orders }) => ({ orders: { ...orders, read: (id) => orders.read(id, 'alice') } })), ['GET']);
  });
});

describe('routes of a user', () => {
  it('401 without a token, before anything is looked at', () =>
    withGateway(async ({ ask, gateway }) => {
      const routes = gateway.routes.filter(({ access }) => access === 'user');
      assert.equal(routes.length, 15);
      for (const { method, path } of routes) {
        const answer = await ask(method, path.replace(':id', ABSENT.reservation), { body: 'no json', headers: { 'content-type': 'application/json' } });
        assert.deepEqual([answer.status, answer.headers['www-authenticate']], [401, 'Bearer'], `${method} ${path}`);
      }
    }));
});

describe('every route', () => {
  it('S20: answers arbitrary requests without a 5xx, in one form', () =>
    withGateway(
      async ({ gateway, running, token }) => {
        const authorizations = await Promise.all([token('alice'), token('root', 'admin')]);
        await fuzzServer(running, gateway.routes, authorizations.map((value) => `Bearer ${value}`), { runs: 400 });
      },
      // Sign-ins past the limit are 503 by design, and this throws more of them at once than people do.
      { limits: { passwordHashesWaiting: 1_000 } },
    ));
});

/** Which routes let mallory tell these ids from absent and impossible ones. */
async function toldApart({ ask }: GatewayUnderTest, ids: Ids): Promise<readonly string[]> {
  const different: string[] = [];
  for (const [i, naming] of NAMING.entries()) {
    const contents = new Set<string>();
    for (const [j, named] of [ids, ABSENT, IMPOSSIBLE].entries()) {
      const [method, path, body] = naming(named);
      contents.add(contentOf(await ask(method, path, { as: 'mallory', key: `${i}-${j}`, body })));
    }
    if (contents.size > 1) different.push(naming(ids)[0]);
  }
  return different;
}

/** The methods of the routes that tell, with services broken so. */
async function told(breakServices: NonNullable<GatewayOptions['breakServices']>): Promise<readonly string[]> {
  let different: readonly string[] = [];
  await withGateway(async (under) => void (different = await toldApart(under, await buyAsAlice(under))), { breakServices });
  return different;
}

/** The port, except that one method refuses existing ids of others by another code than absent ones. */
function leak<Port extends ServicesBehind['reservations'] | ServicesBehind['payments']>(port: Port, name: keyof Port, code: string): Port {
  const tell = (command: { readonly reservationId?: string; readonly paymentIntentId?: string }) => {
    const id = command.reservationId ?? command.paymentIntentId;
    const isAbsent = id === ABSENT.reservation || id === ABSENT.payment;
    return Promise.resolve({ refused: isAbsent ? (id === ABSENT.payment ? 'PAYMENT_NOT_FOUND' : 'RESERVATION_NOT_FOUND') : code });
  };
  return new Proxy(port, {
    get: (target, property) => {
      const method: unknown = property === name ? tell : Reflect.get(target, property);
      return typeof method === 'function' ? method.bind(target) : method;
    },
  });
}

async function holdAsAlice({ ask }: GatewayUnderTest): Promise<Ids> {
  const held = await ask('POST', '/api/v1/reservations', { as: 'alice', key: 'hold', body: { event_id: SUITE_EVENT, seat_ids: ['R-A-1'] } });
  return { ...ABSENT, reservation: String(held.body['reservation_id']) };
}

async function buyAsAlice({ ask, clock }: GatewayUnderTest): Promise<Ids> {
  const held = await ask('POST', '/api/v1/reservations', { as: 'alice', key: 'buy', body: { event_id: SUITE_EVENT, seat_ids: ['R-A-2'] } });
  const reservation = String(held.body['reservation_id']);
  const intent = await ask('POST', '/api/v1/payments/intent', {
    as: 'alice', key: 'pay', body: { reservation_id: reservation, amount: 150_000, currency: 'KRW' },
  });
  const payment = String(intent.body['payment_intent_id']);
  clock.advance(1_000);
  const confirmed = await ask('POST', `/api/v1/reservations/${reservation}/confirm`, { as: 'alice', body: { payment_intent_id: payment } });
  return { reservation, payment, order: String(confirmed.body['order_id']) };
}
