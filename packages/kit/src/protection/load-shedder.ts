import { refuse } from '../errors/registry.ts';
import type { Refusal } from '../http/route.ts';
import { GAUGE_PERIOD_MS, LoadGauge } from './load-gauge.ts';

/** Those who are sent away together are asked to come back over so many seconds. */
const SPREAD_SECONDS = 4;
const MS_PER_SECOND = 1_000;
/** So many times as long as others may those wait who complete a purchase. */
const PATIENCE = 3;

/** Both are told in µs. */
function busyMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / MS_PER_SECOND;
}

/**
 * Sends requests away before any work is done for them, once they are expected to wait longer than `shedAfterMs`: their answers would come too late to be
 * of use, and the work for them would make everybody else's late too. One for all ports of a process, since they share its event loop.
 */
export class LoadShedder {
  #shedAfterMs: number;
  readonly #gauge: LoadGauge;
  readonly #timer: NodeJS.Timeout;
  #shed = 0;

  constructor(shedAfterMs: number, gauge = new LoadGauge(performance.now(), busyMs)) {
    this.#shedAfterMs = shedAfterMs;
    this.#gauge = gauge;
    this.#timer = setInterval(() => gauge.tell(performance.now()), GAUGE_PERIOD_MS);
    this.#timer.unref();
  }

  /** 0: nobody is sent away. */
  get shedAfterMs(): number {
    return Number.isFinite(this.#shedAfterMs) ? this.#shedAfterMs : 0;
  }

  /** Holds from now on. 0 sends nobody away. */
  setShedAfterMs(shedAfterMs: number): void {
    this.#shedAfterMs = shedAfterMs === 0 ? Number.POSITIVE_INFINITY : shedAfterMs;
  }

  /** Undefined: the request may go on. `isLast`: it is sent away only when those who merely look and wait have been. */
  check(nowMs: number, isLast = false): Refusal | undefined {
    const gauge = this.#gauge;
    const waitMs = gauge.waitOfRequest(nowMs);
    if (waitMs <= (isLast ? PATIENCE * this.#shedAfterMs : this.#shedAfterMs)) {
      gauge.letIn();
      return undefined;
    }
    gauge.sentAway(nowMs);
    this.#shed = (this.#shed + 1) % SPREAD_SECONDS;
    return refuse('SERVICE_UNAVAILABLE', { retryAfterSeconds: Math.ceil(waitMs / MS_PER_SECOND) + this.#shed });
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
