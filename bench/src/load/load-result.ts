/** What a load generator saw in one run. */
export interface LoadResult {
  /** Answers received. */
  readonly requests: number;
  /** Answers of 400 and above. */
  readonly refused: number;
  /** Connections, reads and writes that failed or timed out. */
  readonly failed: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Answers a second that had an effect: refusals are not work done. */
export const effectivePerSecond = ({ requests, refused, seconds }: LoadResult): number => (requests - refused) / seconds;
