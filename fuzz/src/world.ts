import type { ServiceName } from '@traffic-tacos/platform';

/** Who sends a request, and what may be expected of that. */
export interface Sender {
  readonly kind: 'nobody' | 'user' | 'organizer' | 'admin' | 'service' | 'forged';
  /** `alg none`, `expired`… for a forged one. */
  readonly name: string;
  readonly userId: string;
  /** The value of the header. */
  readonly authorization: string | undefined;
  /** Whom a service credential is for. */
  readonly audience: string | undefined;
}

/** Somebody who has done something before the first case is sent. */
export interface Person {
  readonly sender: Sender;
  readonly held: string;
  readonly cancelled: string;
  readonly confirmed: string;
  readonly order: string;
  readonly intent: string;
}

export interface FuzzEvent {
  readonly id: string;
  readonly seats: number;
  /** Places of its pool. */
  readonly places: number;
}

/** What stands before the first case: every request is made from it, from earlier answers of its case, and from draws. */
export interface World {
  readonly people: readonly [Person, ...Person[]];
  readonly nobody: Sender;
  readonly organizer: Sender;
  readonly admin: Sender;
  /** By the service that each credential is for. */
  readonly services: Readonly<Record<ServiceName, Sender>>;
  readonly forged: readonly [Sender, ...Sender[]];
  readonly events: readonly [FuzzEvent, ...FuzzEvent[]];
}

/** Every password and secret that is sent has this in it, so that it is found wherever it comes out again. */
export const SECRET_MARK = 'Zx9-sEcReT-';

/** What a case knows while it runs: its user, its event, and the ids of what its own requests have made. */
export interface CaseMemory {
  readonly person: Person;
  readonly event: FuzzEvent;
  /** Differs from case to case, and is the same again when the case is replayed. */
  readonly label: string;
  /** Which time the case runs: its seats are held from the last time. */
  readonly attempt: number;
  reservationId: string | undefined;
  intentId: string | undefined;
  orderId: string | undefined;
  /** A hold that stands alone: made over gRPC by a service. */
  holdId: string | undefined;
  amountMinor: number | undefined;
  /** Of a place in a waiting room. */
  waitingToken: string | undefined;
  /** Of an admission. */
  reservationToken: string | undefined;
}
