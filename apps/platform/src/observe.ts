import type { Journal } from '@traffic-tacos/journal';
import { METRICS, type Health, type Logger, type Metrics } from '@traffic-tacos/kit';
import type { ExpiryReport } from '@traffic-tacos/reservation';
import type { ReconcilerAlarms } from './reconcile/judge.ts';

interface Observed {
  /** What units report to when memory has parted from the journal. */
  readonly onBroken: (cause: unknown) => void;
  /** What the expiry timer reports to. */
  readonly expiry: {
    readonly onExpiry: (report: ExpiryReport) => void;
    /** Told of one release that is on disk, by how many ms it was late. */
    readonly onReleased: (lagMs: number) => void;
    readonly onFailure: (cause: unknown) => void;
  };
  /** What the reconciler reports to. */
  readonly reconciling: ReconcilerAlarms;
}

/** A guarantee does not hold any more, so that nothing may be answered from memory. */
class GuaranteeBroken extends Error {
  override readonly name = 'GuaranteeBroken';
}

/** Turns what happens inside into metrics, log lines and, when the journal fails, into the end of the process. */
export function observePlatform(parts: {
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly logger: Logger;
  readonly onFailed: (cause: Error) => void;
}): Observed {
  const { journal, metrics, health, logger, onFailed } = parts;
  const flush = metrics.histogram(METRICS.journalFlush).with();
  const size = metrics.histogram(METRICS.journalGroupSize).with();
  const lag = metrics.histogram(METRICS.holdReleaseLag).with();
  journal.subscribe({
    flushed: ({ entries, flushMs }) => {
      flush.observe(flushMs / 1000);
      size.observe(entries);
    },
    failed: (failure) => {
      health.refuseAll('the journal has failed; the process ends');
      logger.error({ err: failure }, 'the journal has failed: what waits for it is of unknown outcome, and this process ends');
      onFailed(failure);
    },
    snapshot: (outcome) => logger.info({ ...outcome }, 'snapshot'),
  });
  const end = (cause: unknown, message: string): void => {
    health.refuseAll('a fault of ours; the process ends');
    logger.error({ err: cause }, message);
    onFailed(cause instanceof Error ? cause : new Error(String(cause)));
  };
  const onReleased = (lagMs: number): void => lag.observe(lagMs / 1000);
  return {
    onBroken: (cause) => end(cause, 'an entry could not be applied: memory has parted from the journal, and this process ends'),
    expiry: {
      onExpiry: ({ lagsMs }) => {
        for (const lagMs of lagsMs) onReleased(lagMs);
      },
      onReleased,
      onFailure: (cause) => end(cause, 'the expiry timer has stopped by a fault of ours, and this process ends'),
    },
    reconciling: {
      breached: ({ kind, invariant, subject, detail }) =>
        end(new GuaranteeBroken(`${invariant}: ${subject} ${detail} (${kind})`), 'a guarantee does not hold, and this process ends: npx tacos audit names everything that is wrong'),
      failed: (cause) => end(cause, 'the reconciler has stopped by a fault of ours, and this process ends'),
    },
  };
}
