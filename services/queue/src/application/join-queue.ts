import { newId, parseId, present, shardOf, type EventId, type IdWords } from '@traffic-tacos/kernel';
import type { OwnerKind } from '../domain/place.ts';
import type { JoinOutcome, PlaceReading } from '../ports/queue-store.ts';
import type { QueueContext } from './context.ts';
import { ownerOf } from './queue-tokens.ts';

/** Whoever wants to wait: a signed-in user, or a visitor with a label or without one. */
export interface JoinCommand {
  readonly eventId: EventId;
  /** Known by a verified token only. */
  readonly userId: string | undefined;
  readonly roles: readonly string[];
  /** A visitor's own secret name; none for `anonymous` and an empty one. Not looked at for a signed-in user. */
  readonly label: string | undefined;
}

export type JoinAnswer =
  | { readonly kind: 'joined'; readonly waitingToken: string; readonly reading: PlaceReading; readonly isNew: boolean }
  | Exclude<JoinOutcome, { readonly kind: 'joined' }>
  | { readonly kind: 'event_not_found' }
  | { readonly kind: 'account_needed' };

const NOBODY: IdWords = { w0: 0, w1: 0, w2: 0, w3: 0 };

/** Gives a place at the end of the line, or the one that its owner has. */
export async function joinQueue(context: QueueContext, command: JoinCommand): Promise<JoinAnswer> {
  const { store, onSales, tokens, clock, random, wake } = context;
  const { eventId, roles } = command;
  const event = onSales.find(eventId) ?? (await onSales.learn(eventId));
  if (event === undefined) return { kind: 'event_not_found' };
  const ownerKind = kindOf(command);
  if (event.demandsAccount && ownerKind !== 'account') return { kind: 'account_needed' };
  const owner = ownerKind === 'visitor' ? NOBODY : ownerOf(ownerKind, eventId, command.userId ?? command.label ?? '');
  const key = present(parseId('wtk', newId('wtk', clock.nowMs(), shardOf(eventId), random)), 'an id that was just made');
  const outcome = await store.join({ key, eventId, ownerKind, owner, roles, keyNumber: tokens.keyNumber }, event);
  if (outcome.kind !== 'joined') return outcome;
  wake();
  const { reading, isNew } = outcome;
  return { kind: 'joined', waitingToken: tokens.waitingToken(reading.key, reading.keyNumber), reading, isNew };
}

function kindOf({ userId, label }: JoinCommand): OwnerKind {
  if (userId !== undefined) return 'account';
  return label === undefined || label === '' || label === 'anonymous' ? 'visitor' : 'label';
}
