import { addMs, durationMs, type DurationMs, type EpochMs, type Id } from '@traffic-tacos/kernel';

export type RegistrationId = Id<'whr'>;

/** What a receiver can be registered for: types of the bus, and two that the payment service makes for receivers alone. */
export const REGISTERED_TYPES = [
  'payment.approved', 'payment.failed', 'payment.cancelled', 'payment.refunded', 'reservation.confirmed', 'reservation.cancelled', 'reservation.expired', 'system.maintenance',
] as const;
export type RegisteredType = (typeof REGISTERED_TYPES)[number];

/** What a service or an operator asks for. */
export interface RegistrationWish {
  readonly serviceName: string;
  readonly url: string;
  readonly types: readonly RegisteredType[];
  /** In its written form; empty for the one that follows from the platform's own secret and the address. */
  readonly secret: string;
  /** Attempts after the first; 0 for all of the platform's own schedule. */
  readonly retries: number;
  /** Whole seconds, for one attempt. */
  readonly timeoutSeconds: number;
  /** Sent with each message. Their values may be secrets. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A receiver that somebody has registered, as it is recorded: an absolute image, each change one version more. */
export interface Registration extends RegistrationWish {
  readonly id: RegistrationId;
  readonly version: number;
  /** `removed`: nothing of it is kept in memory. */
  readonly state: 'kept' | 'removed';
  /** Its lane among those of registered receivers, which another one may have after it. */
  readonly slot: number;
  /** The secret before this one, which signs beside it until then. */
  readonly previous: { readonly secret: string; readonly untilMs: EpochMs } | undefined;
  readonly registeredAtMs: EpochMs;
  readonly changedAtMs: EpochMs;
}

/** For how long a secret that was replaced signs beside the new one: a receiver has as long to learn the new one. */
export const SECRET_ROTATION_MS: DurationMs = durationMs(24 * 3_600_000);

export const newRegistration = (id: RegistrationId, slot: number, wish: RegistrationWish, nowMs: EpochMs): Registration => ({
  ...wish, id, version: 1, state: 'kept', slot, previous: undefined, registeredAtMs: nowMs, changedAtMs: nowMs,
});

/** The registration as it is wished for now; the same one where nothing changes. */
export function changedRegistration(known: Registration, wish: RegistrationWish, nowMs: EpochMs): Registration {
  const { types, secret, retries, timeoutSeconds, headers } = wish;
  const wished = { types, secret, retries, timeoutSeconds, headers };
  if (JSON.stringify(wished) === JSON.stringify({ types: known.types, secret: known.secret, retries: known.retries, timeoutSeconds: known.timeoutSeconds, headers: known.headers })) return known;
  const previous = secret === known.secret ? known.previous : { secret: known.secret, untilMs: addMs(nowMs, SECRET_ROTATION_MS) };
  return { ...known, ...wished, previous, version: known.version + 1, changedAtMs: nowMs };
}

export const removedRegistration = (known: Registration, nowMs: EpochMs): Registration => ({
  ...known, version: known.version + 1, state: 'removed', secret: '', previous: undefined, headers: [], changedAtMs: nowMs,
});

/** What signs its messages now, the newest first: the one before it too, while it lasts. */
export const signingSecrets = ({ secret, previous }: Pick<Registration, 'secret' | 'previous'>, nowMs: EpochMs): readonly string[] =>
  previous === undefined || nowMs >= previous.untilMs ? [secret] : [secret, previous.secret];
