/** What became of a snapshot of the journal. */
export type SnapshotAnswer = 'taken' | 'unchanged' | 'failed';

export interface HoldsEnded {
  /** Reservations whose holds were ended. */
  readonly cancelled: number;
  /** Those that were confirmed, ended or being paid for in between, and were left as they are. */
  readonly left: number;
}

/** What operators may have this process do. What it cannot do is left out. */
export interface Maintenance {
  snapshot(): Promise<SnapshotAnswer>;
  /** Ends holds whose instant has come, and answers how many. May reject with `Unavailable`. */
  readonly expireHolds?: (() => Promise<number>) | undefined;
  /** Cancels every reservation of the event that is in HOLD. Undefined: there is no such event. May reject with `Unavailable`, and be repeated then. */
  readonly cancelHolds?: ((eventId: string, traceId: string) => Promise<HoldsEnded | undefined>) | undefined;
}
