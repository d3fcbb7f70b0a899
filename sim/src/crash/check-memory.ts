import type { SeededRandom } from '@traffic-tacos/kernel';
import type { Client } from '@traffic-tacos/platform/testing';
import { must } from '../check/breach.ts';
import type { KnownHold, KnownPlace, Memory } from './known.ts';
import { remember } from './remembering-buyer.ts';
import { SALE } from './sale.ts';

/** Of earlier rounds, looked at again after each crash. */
const OLDER_LOOKED_AT = 40;

/** How much a memory held when a round began. */
export interface Mark {
  readonly holds: number;
  readonly places: number;
}

/**
 * After a restart: all that was acknowledged in this round is there as it was told, some of what earlier rounds have told, and whatever has no
 * answer has happened or has not. Throws `GuaranteeBroken`.
 */
export async function checkMemory(client: Client, { holds, places }: Memory, since: Mark, random: SeededRandom): Promise<void> {
  for (const hold of holds.slice(since.holds)) await checkHold(client, hold);
  for (let i = 0; i < OLDER_LOOKED_AT && since.holds > 0; i++) {
    const hold = holds[random.below(since.holds)];
    if (hold !== undefined) await checkHold(client, hold);
  }
  for (const place of places.slice(since.places)) await checkPlace(client, place);
}

async function checkHold(client: Client, hold: KnownHold): Promise<void> {
  if (hold.told === 'refused') return;
  if (hold.id === undefined) return askAgain(client, hold);
  const found = await client.get('reservation', `/v1/reservations/${hold.id}`);
  must(found.status === 200, 'I4', hold.id, () => `was acknowledged as ${hold.told} and is lost: ${found.text}`);
  const { seatIds, status, holdExpiresAt, orderId } = found.body;
  must(JSON.stringify(seatIds ?? []) === JSON.stringify(hold.seatIds), 'I4', hold.id, () => `has ${JSON.stringify(seatIds)}, not ${hold.seatIds.join()}`);
  must(possible(hold).includes(String(status)), 'I4', hold.id, () => `was told ${hold.told}, asked to ${hold.asking}, is ${String(status)}`);
  const endsAtMs = Date.parse(String(holdExpiresAt));
  if (status === 'HOLD') must(endsAtMs >= hold.promisedUntilMs, 'I5', hold.id, () => `ends ${hold.promisedUntilMs - endsAtMs} ms before what was promised`);
  if (status === 'EXPIRED') must(hold.promisedUntilMs <= Number(found.headers['x-server-time']), 'I5', hold.id, 'ended early');
  if (hold.orderId !== undefined) must(orderId === hold.orderId, 'I4', hold.id, () => `has the order ${String(orderId)}, not ${String(hold.orderId)}`);
  for (const intentId of hold.intentIds) await checkIntent(client, intentId, hold.capturedIds.includes(intentId));
}

/** The key says whether a hold without an answer has happened: then it is whole, and this is its answer. */
async function askAgain(client: Client, hold: KnownHold): Promise<void> {
  const answer = await client.post('reservation', '/v1/reservations', { key: hold.key, body: { eventId: SALE, ...hold.wish } });
  must(answer.status === 201 || answer.status === 409, 'I4', hold.key, () => `asked again: ${answer.text}`);
  remember(hold, answer);
}

async function checkIntent(client: Client, intentId: string, isCaptured: boolean): Promise<void> {
  const found = await client.get('gateway', `/api/v1/payments/${intentId}/status`);
  must(found.status === 200, 'I4', intentId, () => `was acknowledged and is lost: ${found.text}`);
  const status = String(found.body['status']);
  must(!isCaptured || status === 'COMPLETED' || status === 'REFUNDED', 'I4', intentId, () => `was told to be captured and is ${status}`);
}

function possible({ told, asking, intentIds }: KnownHold): readonly string[] {
  if (told !== 'HOLD') return [told];
  const isPaid = asking === 'pay' || intentIds.length > 0;
  return ['HOLD', 'EXPIRED', ...(asking === 'cancel' ? ['CANCELLED'] : []), ...(isPaid ? ['CONFIRMED'] : [])];
}

/** I9: everybody who was told a position is there, and no further back. */
async function checkPlace(client: Client, place: KnownPlace): Promise<void> {
  const found = await client.get('gateway', `/api/v1/queue/status?token=${place.token}`);
  must(found.status === 200, 'I4', 'a place in the waiting room', () => `was acknowledged at ${place.position} and is lost: ${found.text}`);
  const { status, position } = found.body;
  must(['waiting', 'ready', 'admitted'].includes(String(status)), 'I4', 'a place in the waiting room', () => `was at ${place.position} and is ${String(status)}`);
  if (status === 'waiting') must(Number(position) <= place.position, 'I9', 'a place in the waiting room', () => `was at ${place.position} and is at ${String(position)}`);
}
