import type { Detail, Refusal } from '@traffic-tacos/kit';
import type { DocumentRefused } from './application/put-event.ts';
import type { Clash } from './domain/plan-change.ts';
import type { PutEventOutcome } from './domain/outcomes.ts';

/** What this service refuses, by codes of the platform's registry; what the edge refuses before a route sees the request is not here. */
export const REFUSALS = {
  eventNotFound: { refused: 'EVENT_NOT_FOUND' },
  sectionNotFound: { refused: 'NOT_FOUND', details: [{ field: 'section', reason: 'the event has no section of this id' }] },
} as const satisfies Readonly<Record<string, Refusal>>;

/** A field whose value cannot be used. */
export const invalid = (field: string, reason: string): Refusal => ({ refused: 'INVALID_REQUEST', details: [{ field, reason }] });

/** Every problem of a catalogue document, with its place. */
export const refuseDocument = ({ problems }: DocumentRefused): Refusal => ({
  refused: 'INVALID_REQUEST',
  details: problems.map(({ place, reason }) => ({ field: place, reason })),
});

/** Every clash between a new document and what is held, sold or numbered. */
export function refuseChange({ clashes, omitted }: Extract<PutEventOutcome, { kind: 'event_conflict' }>): Refusal {
  const details = clashes.map(detailOf);
  return { refused: 'EVENT_CONFLICT', details: omitted === 0 ? details : [...details, { field: '', reason: `and ${omitted} more clashes` }] };
}

function detailOf(clash: Clash): Detail {
  switch (clash.kind) {
    case 'currency_changed':
      return { field: 'currency', reason: `amounts have been promised in ${clash.from}; it cannot become ${clash.to}` };
    case 'section_removed':
      return { field: `sections[${clash.sectionId}]`, reason: 'a section cannot be taken away' };
    case 'section_kind_changed':
      return { field: `sections[${clash.sectionId}]`, reason: 'numbered seats cannot become a capacity, nor a capacity seats' };
    case 'capacity_below_taken':
      return { field: `sections[${clash.sectionId}].capacity`, reason: `${clash.taken} places are held or sold, more than ${clash.capacity}` };
    case 'seat_removed':
      return { field: clash.seatId, reason: `a seat cannot be taken away, only blocked; it is ${clash.state}` };
    case 'seat_moved':
      return { field: clash.seatId, reason: `a seat stays in its section: it is in ${clash.from}, not in ${clash.to}` };
    case 'seat_blocked_while_taken':
      return { field: clash.seatId, reason: `cannot be blocked: it is ${clash.state}` };
  }
}
