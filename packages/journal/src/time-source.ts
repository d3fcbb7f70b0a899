/** The machine's two clocks and the name of its current boot, from which the decision clock is made. */
export interface TimeSource {
  /** Differs after each boot; undefined where the system does not tell, which counts as another boot. */
  readonly bootId: string | undefined;
  /** Milliseconds on a clock that never steps; comparable between processes of one boot. */
  monotonicMs(): number;
  wallMs(): number;
}

/** The three readings that every group carries, and the instant that decisions used when it was sealed. */
export interface ClockStamp {
  readonly bootId: string | undefined;
  readonly monotonicMs: number;
  readonly wallMs: number;
  readonly nowMs: number;
}
