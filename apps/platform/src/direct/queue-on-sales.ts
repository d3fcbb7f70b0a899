import type { Deciders, EventFacts, InventoryReads } from '@traffic-tacos/inventory';
import { invariant, type Clock } from '@traffic-tacos/kernel';
import type { OnSale, OnSales } from '@traffic-tacos/queue';

/** How old an event's figures may be: people join much more often than they change what is free. */
const FRESH_MS = 250;

interface Looked {
  readonly atMs: number;
  readonly onSale: OnSale;
}

/** The waiting room's way to events in the same process: the public views, looked at some times a second, and their sale windows, which inventory decides. */
export function directOnSales(reads: Pick<InventoryReads, 'event'>, decide: Pick<Deciders, 'moveSale'>, clock: Clock): OnSales {
  const looked = new Map<string, Looked>();
  const find: OnSales['find'] = (eventId) => {
    const nowMs = clock.nowMs();
    const known = looked.get(eventId);
    if (known !== undefined && nowMs - known.atMs < FRESH_MS) return known.onSale;
    const event = reads.event(eventId);
    if (event === undefined) return undefined;
    const onSale = onSaleOf(event);
    looked.set(eventId, { atMs: nowMs, onSale });
    return onSale;
  };
  return {
    find,
    learn: (eventId) => Promise.resolve(find(eventId)),
    moveSale: (eventId, window) => (unit) => {
      const { kind } = decide.moveSale(unit, { eventId, ...window }, clock.nowMs());
      invariant(kind !== 'sale_ends_before_it_starts', 'a schedule is in order before it is told');
      looked.delete(eventId);
      return kind === 'event_not_found' ? kind : 'moved';
    },
  };
}

function onSaleOf({ id, terms, sections, remaining }: EventFacts): OnSale {
  return {
    eventId: id,
    demandsAdmission: terms.waitingRoom === 'on',
    demandsAccount: terms.queueIdentity === 'account',
    policy: terms.admission.policy,
    perSecond: terms.admission.perSecond,
    maxActive: terms.admission.maxActive,
    saleStartsAtMs: terms.saleStartsAtMs,
    saleEndsAtMs: terms.saleEndsAtMs,
    freeSeats: remaining,
    isSoldOut: sections.every((section) => section.remaining + section.held === 0),
  };
}
