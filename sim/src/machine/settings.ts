import { DEFAULT_LIMITS, durationMs, type Limits } from '@traffic-tacos/kernel';
import { createLogger, createMetrics, type Logger, type Metrics } from '@traffic-tacos/kit';
import { DEFAULT_TIMINGS } from '@traffic-tacos/payment';
import type { PlatformOptions } from '@traffic-tacos/platform';

export const HOLD_MS = durationMs(60_000);
export const EXTENSION_MAX_MS = durationMs(60_000);

/** More than a run of 20,000 steps makes of anything: memory that nobody uses costs time at each start. */
const ROWS = 2_048;

/** As shipped, but for sizes: a run is short, and is to meet the ends of segments and snapshots all the same. */
export const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  holdRows: ROWS,
  reservationRows: ROWS,
  orderRows: ROWS,
  paymentIntentRows: ROWS,
  idempotencyKeys: ROWS,
  designCreatesPerSecond: 20,
  users: 1_000,
  events: 16,
  queuePlaces: 4_000,
  queuePlacesPerEvent: 40,
  queueGraceMs: 60_000,
  historyGraceMs: 3_000,
  journalSegmentBytes: 96 * 1024,
  snapshotEveryBytes: 256 * 1024,
};

/** Where there is a history, segments are to be let go of within a run. */
export const HISTORY_LIMITS: Limits = { ...LIMITS, journalSegmentBytes: 12 * 1024, snapshotEveryBytes: 32 * 1024 };

/** Nobody reads the log and the metrics of a simulation. */
export const createOutside = (): { readonly logger: Logger; readonly metrics: Metrics } => ({
  logger: createLogger({ service: 'sim', level: 'error', destination: { write: () => undefined } }),
  metrics: createMetrics({ processMetrics: false }),
});

/** What the platform is made with. It listens nowhere and signs nothing, so much of it is never looked at. */
export const platformOptions = (failedPolicy: 'keep' | 'release', logger: Logger, onFailed: (cause: Error) => void): PlatformOptions => ({
  dataDir: 'simulated',
  bindAddress: '127.0.0.1',
  ports: { gateway: 0, reservation: 0, inventory: 0, payment: 0, worker: 0 },
  limits: LIMITS,
  holdMs: HOLD_MS,
  extensionMaxMs: EXTENSION_MAX_MS,
  payment: { timings: DEFAULT_TIMINGS, intentsPerReservation: 6, failedPolicy },
  auth: { issuerUri: undefined, jwksUri: undefined, audience: 'simulated', rolesClaim: 'role', allowUntyped: false, tokenTtlSeconds: 60 },
  http: {},
  grpc: { ports: { gateway: 0, reservation: 0, inventory: 0, payment: 0, worker: 0 }, settings: {} },
  logger,
  onFailed,
});
