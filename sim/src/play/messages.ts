import { formatId, type BusEvent, type PaymentIntentId, type ReservationId, type SeededRandom } from '@traffic-tacos/kernel';
import type { ResultHint } from '@traffic-tacos/worker';
import type { EffectTrouble, PublicationTrouble } from '../machine/delivery.ts';
import type { World } from '../world.ts';
import { oneOf, traceOf, type Action } from './action.ts';

const PUBLICATIONS: readonly PublicationTrouble[] = ['only_some', 'late', 'late', 'answer_lost'];
const EFFECTS: readonly EffectTrouble[] = ['not_there', 'answer_lost'];

/** Any of those that are late: the order in which they were sent says nothing. */
const arrives: Action = {
  name: 'a late message arrives',
  weight: 3,
  play: (world, draws) => {
    const arriving = world.delivery.deliver(world.doors.bus, draws.u32());
    if (arriving !== undefined) world.ask(() => 'a late message arrives', arriving, (left) => `${left.length} not taken`);
  },
};

/** Soon after, while the first is worked on, or long after. */
const comesAgain: Action = {
  name: 'a message comes again',
  weight: 1.5,
  play: (world, draws) => {
    const event = world.delivery.earlier(draws.u32());
    if (event !== undefined) world.ask(() => `${event.detail.id} comes again`, world.doors.bus.publish([event]), (left) => `${left.length} not taken`);
  },
};

/** Somebody works on a message that another one has, or had: its effect is asked for twice at one time (S13). */
const workedOnTwice: Action = {
  name: 'a message is worked on twice',
  weight: 1,
  play: (world, draws) => {
    const event = world.delivery.earlier(draws.u32());
    if (event !== undefined) world.ask(() => `another one works on ${event.detail.id}`, world.doors.effects.followPayment(hintOf(event)), ({ kind }) => kind);
  },
};

const publicationFails: Action = {
  name: 'a publication goes wrong',
  weight: 1.5,
  play: (world, draws) => {
    const trouble = oneOf(PUBLICATIONS, draws);
    world.delivery.disturbPublication(trouble);
    world.happens(() => `the next publication: ${trouble}`);
  },
};

const effectFails: Action = {
  name: 'an effect goes wrong',
  weight: 1,
  play: (world, draws) => {
    const trouble = oneOf(EFFECTS, draws);
    world.delivery.disturbEffect(trouble);
    world.happens(() => `the next effect: ${trouble}`);
  },
};

/** S15: requests go on, and nothing is given up. */
const outage: Action = {
  name: 'the bus goes or comes',
  weight: 0.4,
  play: (world) => {
    const what = world.delivery.toggle();
    world.happens(() => what);
  },
};

/** S13: a message of which nothing can come; the rest flows. */
const poison: Action = {
  name: 'a poison message',
  weight: 0.3,
  play: (world, draws) => {
    const event = poisonOf(world, draws);
    world.delivery.poison.add(event.detail.id);
    world.ask(() => `poison ${event.detail.id}`, world.doors.bus.publish([event]), (left) => `${left.length} not taken`);
  },
};

function poisonOf(world: World, draws: SeededRandom): BusEvent {
  const words = { w0: 1, w1: 2, w2: draws.u32() | 0, w3: draws.u32() | 0 };
  const facts = draws.below(2) === 0 ? {} : { payment_intent_id: formatId('pay', words), reservation_id: formatId('rsv', words) };
  const detail = { id: `${formatId('pay', words)}.1`, type: 'payment.approved', version: 1, sequence: 1, occurred_at: '1970-01-01T00:00:00.000Z', trace_id: traceOf(world), ...facts };
  return { source: 'payment.service', detailType: 'Payment Status Updated', detail };
}

const hintOf = ({ detail }: BusEvent): ResultHint => ({
  type: detail.type as ResultHint['type'],
  paymentIntentId: String(detail['payment_intent_id']) as PaymentIntentId,
  reservationId: String(detail['reservation_id']) as ReservationId,
  traceId: detail.trace_id,
  messageId: detail.id,
});

export const MESSAGES: readonly Action[] = [arrives, comesAgain, workedOnTwice, publicationFails, effectFails, outage, poison];
