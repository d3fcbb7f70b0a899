import assert from 'node:assert/strict';
import { JoseTokenSigner, loadKeys } from '@traffic-tacos/gateway';
import { present } from '@traffic-tacos/kernel';
import type { Sent } from '@traffic-tacos/kit/testing';
import type { Answer, TestPlatform } from '@traffic-tacos/platform/testing';
import type { Line } from './answer-table.ts';
import { grpcCallers } from './grpc-callers.ts';
import { Situations } from './situations.ts';

/** The events that lines of the tables speak of. */
export async function putEvents(on: TestPlatform): Promise<void> {
  const later = { sale_starts_at: '2999-01-01T00:00:00Z' };
  const blocked = (id: string) => ({ id, name: id, price: 1000, seat_ids: [1, 2, 3].map((number) => `${id}-${number}`), blocked: [`${id}-1`] });
  const small = { purchase_limit: 2, sections: [blocked('A'), { id: 'FLOOR', name: 'Floor', price: 1, capacity: 1 }] };
  await on.event('evt_1', 4, 10_000);
  await on.event('evt_later', 1, 10, later);
  await on.event('evt_later_queue', 1, 10, { ...later, waiting_room: 'on' });
  await on.event('evt_queue', 1, 10, { ...small, waiting_room: 'on' });
  await on.event('evt_draw', 1, 10, { waiting_room: 'on', admission: { policy: 'draw' } });
  await on.event('evt_past', 1, 10, { sale_ends_at: '2001-01-01T00:00:00Z' });
  await on.event('evt_gone', 1, 10, { sections: [{ id: 'A', name: 'A', price: 1, seat_ids: ['A-1'], blocked: ['A-1'] }] });
  await on.event('evt_full', 1, 10, { ...later, waiting_room: 'on' });
  await on.event('evt_small', 1, 1, small);
}

/** Plays one line and answers what came last. Every line has a user of its own, so that no limit of a buyer stands between two of them. */
export async function playLine(on: TestPlatform, line: Line): Promise<Answer> {
  const me = await on.user(`user-${line.at}`);
  const situations = new Situations(me);
  const headers = { ...line.headers, ...(await authorizationOf(on, line)) };
  const path = await situations.fill(line.target);
  const key = line.isKeyed ? { key: crypto.randomUUID() } : {};
  let answer: Answer | undefined;
  for (const body of line.bodies) {
    const text = await situations.fill(body);
    answer = await me.call(line.service, line.method, path, { ...key, headers, ...(text === '' ? {} : { body: text }) });
  }
  return answer ?? assert.fail();
}

/** What goes out in place of the user's own token, if anything. Where anyone may enter, `-`, no token is looked at. */
async function authorizationOf(on: TestPlatform, { who, service }: Line): Promise<Sent> {
  const callers = grpcCallers(on);
  switch (who) {
    case '-':
    case 'me':
      return {};
    case 'nobody':
      return { authorization: 'Basic bm9ib2R5Og==' };
    case 'expired':
      return { authorization: `Bearer ${await expiredToken(on)}` };
    case 'admin':
    case 'organizer':
      return callers.user(`some-${who}`, who);
    case 'service':
      return callers.service(service);
    default:
      return assert.fail(`nobody is called ${who}`);
  }
}

/** Of a user without a role; it ended an hour ago. */
async function expiredToken({ platform, dataDir }: TestPlatform): Promise<string> {
  const signer = new JoseTokenSigner(present(await loadKeys(dataDir), 'a platform that runs has keys'));
  const exp = Math.floor(platform.nowMs() / 1000) - 3_600;
  return signer.sign({ iss: platform.issuerUrl, sub: 'late', iat: exp - 60, exp, jti: crypto.randomUUID(), role: 'user' });
}

/** `409 CODE`, or the status alone where nothing is refused. */
export const named = ({ status, body }: Answer): string => {
  const { code } = (body['error'] ?? {}) as { readonly code?: string };
  return code === undefined ? String(status) : `${status} ${code}`;
};
