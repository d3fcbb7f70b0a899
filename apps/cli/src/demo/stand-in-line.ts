import { errorCodeIn } from '../http/json-fields.ts';
import { waitForTurn, type Door } from '../http/wait-for-turn.ts';
import type { Buyer } from './buyer.ts';
import type { SaleClient } from './sale-client.ts';
import { STANDING, type Sale } from './sale.ts';

/** How it ended for somebody who stood in line. */
export type LineEnd =
  | { readonly kind: 'admitted'; readonly waitingToken: string; readonly reservationToken: string }
  | { readonly kind: 'vanished_in_line' | 'told_sold_out' | 'told_sale_ended' | 'refused' };

const OVER: Readonly<Record<string, LineEnd['kind'] & ('told_sold_out' | 'told_sale_ended')>> = {
  sold_out: 'told_sold_out', INVENTORY_CONFLICT: 'told_sold_out', sale_ended: 'told_sale_ended', SALE_NOT_OPEN: 'told_sale_ended',
};

/** Joins the waiting room and waits for one's turn, as long as one has the patience. */
export async function standInLine(buyer: Buyer, { client, eventId, line }: Sale): Promise<LineEnd> {
  const door = doorOf(client, buyer.token, eventId);
  if (buyer.vanishes) {
    await door.join();
    return { kind: 'vanished_in_line' };
  }
  let hasJoined = false;
  const turn = await waitForTurn(door, (place) => {
    hasJoined = true;
    line.see(buyer.userId, place);
  });
  if (hasJoined) line.leave();
  switch (turn.kind) {
    case 'admitted':
      return turn;
    case 'over':
      return { kind: OVER[turn.reason] ?? 'refused' };
    case 'refused':
      return { kind: OVER[errorCodeIn(turn.answer.body)] ?? 'refused' };
  }
}

/** Asks for places without having been let in, as somebody does who has found the address of the shop behind the room. */
export async function jumpTheLine({ token, userId }: Buyer, { client, eventId, line }: Sale): Promise<void> {
  const body = { event_id: eventId, section: STANDING, quantity: 1 };
  const { status } = await client.call('jump', { method: 'POST', path: '/api/v1/reservations', token, key: `jump-${userId}`, body });
  line.addJump(status < 300 && status > 0);
}

/** Gives one's place up, so that somebody else comes in for it. */
export const leaveLine = (waitingToken: string, { token }: Buyer, { client }: Sale): Promise<unknown> =>
  client.call('leave', { method: 'DELETE', path: `/api/v1/queue/leave?token=${waitingToken}`, token });

/** Whoever waits is known by their waiting token: polls need no sign-in. */
const doorOf = (client: SaleClient, token: string, eventId: string): Door => ({
  join: () => client.call('join', { method: 'POST', path: '/api/v1/queue/join', token, body: { event_id: eventId } }),
  look: (waitingToken) => client.call('wait', { method: 'GET', path: `/api/v1/queue/status?token=${waitingToken}` }),
  enter: (waitingToken) => client.call('enter', { method: 'POST', path: '/api/v1/queue/enter', token, body: { waiting_token: waitingToken } }),
});
