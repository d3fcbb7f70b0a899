import { ManualClock, SeededRandom, type Clock, type EpochMs } from '@traffic-tacos/kernel';
import { createGrpcChannel, createMetrics, createSystemClock, type GrpcChannel, type GrpcChannelOptions, type Metrics } from '../../src/index.ts';

/** A decision clock that stands still, beside the machine's wall clock, on which grpc-js counts its deadlines. */
class TestClock implements Clock {
  readonly #decision = new ManualClock();
  readonly #system = createSystemClock();

  nowMs(): EpochMs {
    return this.#decision.nowMs();
  }

  wallMs(): EpochMs {
    return this.#system.wallMs();
  }

  advance(ms: number): void {
    this.#decision.advance(ms);
  }
}

export interface TestChannel {
  readonly channel: GrpcChannel;
  readonly clock: TestClock;
  readonly metrics: Metrics;
  /** How long each repeat would have been waited for, in ms. */
  readonly waits: readonly number[];
}

/** Runs `body` with a channel whose waits take no time, and closes it whatever happens. */
export async function withChannel<T>(
  address: string,
  body: (running: TestChannel) => Promise<T>,
  { settings = {}, ...overrides }: Partial<GrpcChannelOptions> = {},
): Promise<T> {
  const clock = new TestClock();
  const metrics = createMetrics({ processMetrics: false });
  const waits: number[] = [];
  const channel = createGrpcChannel({
    target: 'shop',
    address,
    clock,
    random: new SeededRandom(1),
    metrics,
    settings: { timeoutMs: 30_000, ...settings },
    delay: async (ms) => void waits.push(ms),
    ...overrides,
  });
  try {
    return await body({ channel, clock, metrics, waits });
  } finally {
    channel.close();
    metrics.close();
  }
}
