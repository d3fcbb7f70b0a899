/**
 * Nobody's fault and nobody's answer: the store, or what stands behind a port, could not decide. The edge turns it into 503
 * (retry with the same key), never into a refusal.
 */
export class Unavailable extends Error {
  override readonly name: string = 'Unavailable';
}

/** What a decision relied on changed under it, as often as the limit allows. */
export class Contended extends Unavailable {
  override readonly name = 'Contended';
}

/** A table has reached its named limit; nothing live is thrown out to make room. */
export class LimitReached extends Unavailable {
  override readonly name = 'LimitReached';
}
