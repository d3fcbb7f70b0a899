import { formatId, sameWords, type IdWords } from '@traffic-tacos/kernel';
import type { EnterOutcome, LeaveOutcome, PlaceReading } from '../ports/queue-store.ts';
import type { QueueContext } from './context.ts';
import { ownerOf } from './queue-tokens.ts';

/** Who shows a waiting token: the token itself is the secret, but a place of one user is not another's to use. */
export interface PlaceCommand {
  readonly waitingToken: string;
  /** Undefined where nobody is signed in. */
  readonly userId: string | undefined;
}

export type EnterAnswer =
  | { readonly kind: 'granted'; readonly reservationToken: string; readonly ttlMs: number; readonly reading: PlaceReading }
  | Exclude<EnterOutcome, { readonly kind: 'granted' }>;

/** How somebody's place stands. Their owner has been heard of; nothing is written down. */
export function readStatus({ store, tokens }: QueueContext, waitingToken: string): PlaceReading | undefined | Promise<PlaceReading | undefined> {
  const key = tokens.readWaitingToken(waitingToken);
  return key === undefined ? undefined : store.poll(key);
}

/** Claims one's turn. Asked again, it gives the same reservation token. */
export async function enterQueue(context: QueueContext, command: PlaceCommand): Promise<EnterAnswer> {
  const { store, tokens } = context;
  const key = ownPlace(context, command);
  if (key === undefined) return { kind: 'place_not_found' };
  const outcome = await store.enter(key);
  if (outcome.kind !== 'granted') return outcome;
  const { keyNumber, tokenExpiresAtMs, eventId } = outcome.reading;
  const reservationToken = tokens.reservationToken(key, keyNumber, tokenExpiresAtMs, eventId, outcome.reading);
  return { kind: 'granted', reservationToken, ttlMs: outcome.ttlMs, reading: outcome.reading };
}

/** Leaves for good; `isSoft`: until the next poll. */
export async function leaveQueue(context: QueueContext, command: PlaceCommand, isSoft: boolean): Promise<LeaveOutcome> {
  const { store, spender } = context;
  const key = ownPlace(context, command);
  if (key === undefined) return { kind: 'place_not_found' };
  if (isSoft) return store.leaveSoftly(key);
  const outcome = await store.leave(key, spender === undefined);
  if (outcome.kind !== 'token_lives') return outcome;
  // What was spent goes the way of its hold.
  if ((await spender?.void(formatId('rtk', key), outcome.tokenExpiresAtMs)) === 'spent') return { kind: 'left' };
  await store.leave(key, true);
  return { kind: 'left' };
}

/** The place of a token that the caller may use. A place of another signed-in user looks as if it were not there. */
function ownPlace({ store, tokens }: QueueContext, { waitingToken, userId }: PlaceCommand): IdWords | undefined {
  const key = tokens.readWaitingToken(waitingToken);
  if (key === undefined || userId === undefined) return key;
  const place = store.read(key);
  return place?.ownerKind === 'account' && !sameWords(place.owner, ownerOf('account', place.eventId, userId)) ? undefined : key;
}
