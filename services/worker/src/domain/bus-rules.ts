import type { BusEvent } from '@traffic-tacos/kernel';

/** Which events go where: the rules of the bus, as an adapter for another one has them too. */
export interface BusRule {
  readonly name: string;
  readonly source: string;
  readonly detailType: string;
  readonly types: readonly string[];
  /** Undefined: the bus takes such events and delivers them to nobody of this platform. */
  readonly queue: 'worker' | undefined;
}

/** Every event that is sent has exactly one rule. What follows from a change of a reservation has followed in its own entry. */
export const BUS_RULES: readonly BusRule[] = [
  { name: 'reservations-made', source: 'reservation.service', detailType: 'Reservation Created', types: ['reservation.created'], queue: undefined },
  {
    name: 'reservations-changed', source: 'reservation.service', detailType: 'Reservation Status Changed', queue: undefined,
    types: ['reservation.confirmed', 'reservation.cancelled', 'reservation.expired', 'reservation.failed', 'reservation.refunded'],
  },
  {
    name: 'payment-results', source: 'payment.service', detailType: 'Payment Status Updated', queue: 'worker',
    types: ['payment.approved', 'payment.failed', 'payment.refunded'],
  },
];

export const rulesFor = ({ source, detailType, detail }: BusEvent): readonly BusRule[] =>
  BUS_RULES.filter((rule) => rule.source === source && rule.detailType === detailType && rule.types.includes(detail.type));

const WANTED: ReadonlySet<string> = new Set(BUS_RULES.flatMap(({ queue, types }) => (queue === undefined ? [] : types)));

/** Whether events of this type are delivered to anybody. */
export const isWanted = (type: string): boolean => WANTED.has(type);
