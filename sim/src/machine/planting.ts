import type { Reservations } from '@traffic-tacos/gateway';
import type { Deciders, EventDocument } from '@traffic-tacos/inventory';
import type { DecisionClock, EntrySink, HistorySource, OpenOptions, TimeSource } from '@traffic-tacos/journal';
import type { SimDisk } from '@traffic-tacos/journal/testing';
import type { Limits } from '@traffic-tacos/kernel';
import type { PlatformTables } from '@traffic-tacos/platform';
import type { Instead, StartHistoryThread } from '@traffic-tacos/platform/testing';
import type { ReservationContext } from '@traffic-tacos/reservation';
import type { FilePlanting } from './history-file.ts';
import type { PostWebhook } from './receivers.ts';

/** What a part of the platform can be made from, once the journal is open. */
export interface Ground {
  readonly tables: PlatformTables;
  readonly clock: DecisionClock;
}

/**
 * A bug that a test plants: each part takes the right one and answers the broken one. Left out where the right one is wanted; a
 * simulation of the real platform plants nothing.
 */
export interface Planting {
  readonly tables?: (limits: Limits, history: HistorySource) => PlatformTables;
  readonly clock?: (right: DecisionClock, time: TimeSource) => DecisionClock;
  readonly disk?: (disk: SimDisk) => void;
  /** Worlds with a history are opened without it. */
  readonly openOptions?: OpenOptions;
  readonly historyFile?: FilePlanting;
  /** How tables read what has left memory. */
  readonly past?: (right: HistorySource) => HistorySource;
  readonly historyThread?: (right: StartHistoryThread) => StartHistoryThread;
  /** Between the units and whoever checks entries. */
  readonly sink?: (right: EntrySink) => EntrySink;
  readonly deciders?: (ground: Ground) => Deciders;
  readonly instead?: (ground: Ground) => Pick<Instead, 'seats' | 'payments' | 'effects' | 'intentRules' | 'bus' | 'admission' | 'followed' | 'onSales' | 'reconciled'>;
  /** What the buyers' requests work with; not what follows payments. */
  readonly context?: (right: ReservationContext) => ReservationContext;
  readonly reservations?: (right: Reservations) => Reservations;
  /** How webhooks are sent. */
  readonly post?: (right: PostWebhook) => PostWebhook;
  readonly event?: (document: EventDocument) => EventDocument;
}

export const NOTHING_PLANTED: Planting = {};
