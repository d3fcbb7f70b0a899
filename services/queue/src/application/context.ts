import type { Clock, Random } from '@traffic-tacos/kernel';
import type { OnSales } from '../ports/on-sales.ts';
import type { QueueStore } from '../ports/queue-store.ts';
import type { QueueMeters } from '../ports/queue-meters.ts';
import type { TokenSpender } from '../ports/token-spender.ts';
import type { QueueTokens } from './queue-tokens.ts';

/** What the use cases work with. */
export interface QueueContext {
  readonly store: QueueStore;
  readonly onSales: OnSales;
  readonly tokens: QueueTokens;
  /** Who spends tokens, where that is another process. */
  readonly spender?: TokenSpender | undefined;
  readonly meters: QueueMeters;
  readonly clock: Clock;
  readonly random: Random;
  /** Told that there is somebody for whom there is something to do. */
  readonly wake: () => void;
}
