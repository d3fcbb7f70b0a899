import type { ClosedResource, Resources, Route } from '@traffic-tacos/kit';
import type { History, PlatformTables } from '@traffic-tacos/platform';
import type { ServiceOptions } from './config/options.ts';
import type { ListeningService } from './listen.ts';

/** What a service keeps in memory, for audits in the same process. */
export type KeptTables = Partial<Pick<PlatformTables, 'inventory' | 'reservation' | 'payment' | 'queue'>>;

export interface StartedService extends ListeningService {
  readonly routes: readonly Route[];
  readonly kept: KeptTables;
  /** Where what has ended goes; it is started once the service is open. Left out where everything stays in memory. */
  readonly history?: History | undefined;
}

/** A service that is open for requests in a process of its own. */
export interface RunningService extends Omit<StartedService, 'history'> {
  /** Rows that have left memory for the history since the start. */
  readonly moved: number;
  /** Answers what runs, stops, and closes the journal; all within the deadline. */
  stop(deadlineMs: number): Promise<readonly ClosedResource[]>;
}

/** Opens one service. What it has opened is closed by `resources`, also where it throws. */
export type Start = (options: ServiceOptions, resources: Resources) => Promise<StartedService>;
