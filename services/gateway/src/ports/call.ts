/** What every command to another service carries: on whose behalf it is, and how it is recognised when it is repeated. */
export interface Call {
  /** The signed-in user. Only what is theirs is read or changed; what is somebody else's is as absent as what never was. */
  readonly userId: string;
  /** 32 hex digits. */
  readonly traceId: string;
  /** Undefined where the client sent none and none is demanded. */
  readonly idempotencyKey: string | undefined;
}

/** A command that must be recognised when it is repeated. */
export interface KeyedCall extends Call {
  readonly idempotencyKey: string;
}

/** One page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Names where the next page begins; undefined at the end. */
  readonly next: string | undefined;
}

/** Which page of a list. */
export interface PageQuery {
  readonly userId: string;
  /** The id after which the page begins; undefined for the first page. */
  readonly after: string | undefined;
  /** The most items to answer, 1 to `listPage` of the limits. */
  readonly limit: number;
}
