import { present } from '@traffic-tacos/kernel';
import type { RegisteredType, RegistrationWish } from '@traffic-tacos/payment';
import { must } from '../check/breach.ts';
import type { Receiver } from '../machine/receivers.ts';
import { oneOf, type Action } from './action.ts';

const PAYMENTS: readonly RegisteredType[] = ['payment.approved', 'payment.failed', 'payment.refunded'];
const RESERVATIONS: readonly RegisteredType[] = ['reservation.confirmed', 'reservation.cancelled'];

const wishOf = (url: string, types: readonly RegisteredType[]): RegistrationWish => ({ serviceName: 'simulated', url, types, secret: '', retries: 0, timeoutSeconds: 3, headers: [] });

/** From the answer on, whatever is announced must reach it. */
const register: Action = {
  name: 'a receiver is registered',
  weight: 0.3,
  play: (world, draws) => {
    const receiver = oneOf(world.receivers.elsewhere, draws);
    const types = draws.below(2) === 0 ? PAYMENTS : [...PAYMENTS, ...RESERVATIONS];
    const { takenBack } = receiver;
    world.ask(() => `${receiver.url ?? ''} is registered`, world.doors.registrations.put(wishOf(receiver.url ?? '', types)), ({ kind }) => {
      must(kind === 'registered', 'webhooks', receiver.url ?? '', () => `is refused: ${kind}`);
      if (receiver.takenBack === takenBack) receiver.promisedSinceMs ??= world.clock.nowMs();
      return kind;
    });
  },
};

/** From the word on, nothing is promised. */
const unregister: Action = {
  name: 'a receiver is taken back',
  weight: 0.05,
  play: (world, draws) => {
    const { registrations } = world.doors;
    const list = registrations.list();
    if (list.length === 0) return;
    const { id, url } = oneOf(list, draws).registration;
    const receiver = present(world.receivers.elsewhere.find((known) => known.url === url), 'only these are ever registered');
    receiver.promisedSinceMs = undefined;
    receiver.takenBack++;
    world.ask(() => `${url} is taken back`, registrations.remove(id), String);
  },
};

const comesAndGoes: Action = {
  name: 'a receiver goes or comes',
  weight: 0.6,
  play: (world, draws) => {
    const receiver = oneOf(world.receivers.all, draws);
    receiver.isAway = !receiver.isAway;
    world.happens(() => `${nameOf(receiver)} ${receiver.isAway ? 'is away' : 'is back'}`);
  },
};

const fails: Action = {
  name: 'a receiver fails',
  weight: 0.6,
  play: (world, draws) => {
    const receiver = oneOf(world.receivers.all, draws);
    const trouble = draws.below(4) === 0 ? 'gone' : 'answer_lost';
    receiver.troubles.push(trouble);
    world.happens(() => `the next message to ${nameOf(receiver)}: ${trouble}`);
  },
};

const nameOf = ({ url }: Receiver): string => url ?? 'the platform itself';

export const WEBHOOKS: readonly Action[] = [register, unregister, comesAndGoes, fails];
