import { present, type Limits } from '@traffic-tacos/kernel';
import type { OpenEvents, Refusal, SocketRoute, SocketTopic } from '@traffic-tacos/kit';
import type { UpdateSink } from '../../application/updates/follow-state.ts';
import type { OpenedUpdates } from '../../application/updates/open-updates.ts';
import type { Updates } from '../../application/updates/updates.ts';
import { REFUSALS } from '../../errors.ts';
import { paymentEvent, pushed, pushedPlace, reservationEvent } from '../stream/update-events.ts';

/** `GET /ws`: what can be followed over a WebSocket. The same updates as the server-sent events carry. */
export const socketTopics = (updates: Updates, limits: Limits): SocketRoute => ({
  path: '/ws',
  limits,
  topics: {
    reservation: mine((id, userId, seen) => updates.reservation(id, userId, seen), REFUSALS.reservationNotFound, (stream) => pushed(stream, reservationEvent)),
    payment: mine((id, userId, seen) => updates.payment(id, userId, seen), REFUSALS.paymentNotFound, (stream) => pushed(stream, paymentEvent)),
    queue: {
      access: 'anyone',
      open: async ({ id, lastEventId }) => eventsOf(await updates.place(id, lastEventId), REFUSALS.tokenNotFound, pushedPlace),
    },
  },
});

type SinkOf<Facts> = (stream: Parameters<OpenEvents>[0]) => UpdateSink<Facts>;

const mine = <Facts>(
  open: (id: string, userId: string, seen: string | undefined) => Promise<OpenedUpdates<Facts>>,
  notFound: Refusal,
  sinkOf: SinkOf<Facts>,
): SocketTopic => ({
  access: 'user',
  open: async ({ id, caller, lastEventId }) => eventsOf(await open(id, present(caller, 'the topic demands a signed-in user').userId, lastEventId), notFound, sinkOf),
});

function eventsOf<Facts>(opened: OpenedUpdates<Facts>, notFound: Refusal, sinkOf: SinkOf<Facts>): OpenEvents | Refusal {
  switch (opened.kind) {
    case 'not_found':
      return notFound;
    case 'nothing_more':
      return (stream) => stream.end('final');
    case 'open':
      return (stream) => opened.follow(sinkOf(stream));
  }
}
