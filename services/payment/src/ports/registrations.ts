import type { BusEvent } from '@traffic-tacos/kernel';
import type { WishProblem } from '../domain/registration-problems.ts';
import type { Registration, RegistrationWish } from '../domain/registration.ts';

export type PutRegistrationOutcome =
  | { readonly kind: 'registered'; readonly registration: Registration }
  | { readonly kind: 'invalid'; readonly problems: readonly WishProblem[] }
  /** As many as may be are registered. */
  | { readonly kind: 'too_many'; readonly most: number }
  /** This platform sends no webhooks at all. */
  | { readonly kind: 'nothing_is_sent' };

/** A registered receiver, with what waits for it. */
export interface ListedRegistration {
  readonly registration: Registration;
  readonly queued: number;
}

/** What receivers elsewhere are judged and verified by. */
export interface ReceiverRules {
  /** Whether the address may be registered: false where it leads inside by now. A name that leads nowhere yet may; it is judged again with every message. */
  mayReceive(url: string): Promise<boolean>;
  /** Whether a text is a secret in its written form. */
  isSecret(text: string): boolean;
  /** Whether one of the secrets, as `PostTerms` has them, has signed the payload for the receiver at that address. */
  verify(url: string, secrets: readonly string[], payload: Uint8Array, signature: string): boolean;
}

/** The register of receivers, and the way of events to them. */
export interface Registrations {
  /** Registers, or changes what the same service has registered under the address. On disk when this resolves. */
  put(wish: RegistrationWish): Promise<PutRegistrationOutcome>;
  /** The first registered first. */
  list(): readonly ListedRegistration[];
  /** Sends nothing more to it, not even what waits. False where there is none. On disk when this resolves. */
  remove(id: string): Promise<boolean>;
  /** Queues a message that says nothing but that it is a test, and answers its id; undefined where there is no such receiver. On disk when this resolves. */
  test(id: string, traceId: string): Promise<string | undefined>;
  /** Whether one of the receiver's secrets has signed the payload; undefined where there is no such receiver. */
  verify(id: string, payload: Uint8Array, signature: string): boolean | undefined;
  /** Whether anybody is to hear of events of this type. */
  wants(type: string): boolean;
  /** Queues what follows from events, which may come more than once: a message that waits is not queued a second time. On disk when this resolves. */
  deliver(events: readonly Pick<BusEvent, 'detail'>[]): Promise<void>;
  /** Queues what receivers of `system.maintenance` are told when the platform has come back, or is about to stop. On disk when this resolves, or nobody can be told any more. */
  announce(phase: 'started' | 'stopping'): Promise<void>;
}
