import type { Limits } from '@traffic-tacos/kernel';
import { AMOUNT, count, listOf, shape, text, type Route, type RouteAnswer } from '@traffic-tacos/kit';
import { REFUSALS } from '../../errors.ts';
import type { EventPlaces, Figures } from '../../ports/figures.ts';
import { NEXT } from './answers.ts';
import { idOf, optionalNumber, optionalText } from './fields.ts';
import { reply } from './reply.ts';

const PLACES = { free: count(), held: count(), sold: count(), blocked: count() };
const EVENT_PLACES = { eventId: text('evt_2025_1001'), name: text(), ...PLACES };

const PROCESS = {
  memoryBytes: count('Resident.'),
  inMemory: shape('RowsInMemory', { holds: count(), reservations: count(), orders: count(), payments: count(), users: count() }),
  journal: shape('JournalFigures', { firstSequence: count('The oldest group that is kept.'), appliedSequence: count(), durableSequence: count() }),
  outbox: shape('OutboxFigures', { groupsBehind: count('Groups on disk whose changes have not all been told to others.') }),
};

const ALL: RouteAnswer = {
  description: 'The process, and a page of its events.',
  body: shape('Stats', { ...PROCESS, events: listOf(shape('EventPlaces', EVENT_PLACES)), nextCursor: NEXT }),
};

const ONE: RouteAnswer = {
  description: 'Places by section, and the payments that have not left memory.',
  body: shape('EventStats', {
    ...EVENT_PLACES,
    sections: listOf(shape('SectionPlaces', { id: text('R'), ...PLACES })),
    payments: listOf(shape('PaymentFigures', { status: text('COMPLETED'), payments: count(), amount: AMOUNT })),
  }),
};

/** `GET /api/v1/admin/stats` and `GET /api/v1/admin/events/{id}/stats`. */
export function statsRoutes(figures: Figures, { idChars, listPage }: Pick<Limits, 'idChars' | 'listPage'>): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/admin/stats',
      access: 'admin',
      summary: 'How the process and its events stand',
      query: {
        cursor: { schema: { type: 'string', minLength: 1, maxLength: idChars } },
        limit: { schema: { type: 'integer', minimum: 1, maximum: listPage } },
      },
      answers: { 200: ALL },
      refusals: [],
      handle: ({ query }) => {
        const page = figures.events({ after: optionalText(query, 'cursor'), limit: optionalNumber(query, 'limit') ?? listPage });
        return reply(200, { ...figures.process(), events: page.items.map(placesView), nextCursor: page.next });
      },
    },
    {
      method: 'GET',
      path: '/api/v1/admin/events/:id/stats',
      access: 'admin',
      summary: 'How one event stands',
      answers: { 200: ONE },
      refusals: ['EVENT_NOT_FOUND'],
      handle: async (request) => {
        const event = await figures.event(idOf(request));
        if (event === undefined) return REFUSALS.eventNotFound;
        const payments = event.payments.map(({ status, payments: number, amountMinor }) => ({ status, payments: number, amount: amountMinor }));
        return reply(200, { ...placesView(event), sections: event.sections, payments });
      },
    },
  ];
}

const placesView = ({ eventId, name, places }: EventPlaces): Readonly<Record<string, unknown>> => ({ eventId, name, ...places });
