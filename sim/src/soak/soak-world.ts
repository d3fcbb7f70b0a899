import { join } from 'node:path';
import { loadOrCreateKeys } from '@traffic-tacos/gateway';
import { parseEvent } from '@traffic-tacos/inventory';
import { eventLoop, HistoryFile, HistoryMover, HistoryReader, openFileDisk, openJournal, Projector, type DecisionClock, type Disk, type Journal } from '@traffic-tacos/journal';
import { ManualTimeSource } from '@traffic-tacos/journal/testing';
import { DEFAULT_LIMITS, durationMs, invariant, present, SeededRandom, type EpochMs, type Limits } from '@traffic-tacos/kernel';
import { createLogger, newWebhookSecret, readWebhookSecret, type WebhookSecrets } from '@traffic-tacos/kit';
import { createPlatformTables, type PlatformTables } from '@traffic-tacos/platform';
import { createServices, directOwnWebhooks, HISTORY_SHAPES, testOptions, type PlatformServices } from '@traffic-tacos/platform/testing';
import { VirtualTimers } from '../machine/virtual-timers.ts';
import { SOAK_EVENTS } from './soak-events.ts';

/** A platform that lives through hours in minutes: every service, relay, worker, reconciler, waiting room, webhooks and history, on a real disk, under a clock that is moved. */
export interface SoakWorld {
  readonly services: PlatformServices;
  readonly tables: PlatformTables;
  readonly journal: Journal;
  readonly clock: DecisionClock;
  readonly draws: SeededRandom;
  /** Where the journal is. */
  readonly journalDir: string;
  /** Rows that have left memory for the history. */
  readonly moved: () => number;
  /** What was said to be wrong by whoever watches. */
  readonly faults: readonly string[];
  /** Resolves when so much time has passed. */
  sleep(ms: number): Promise<void>;
  /** Lets time pass, with everything that is due in it. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface SoakWorldOptions {
  readonly folder: string;
  readonly seed: number;
  /** How long what has ended is kept in memory, in ms: rows reach their steady number after it. */
  readonly graceMs: number;
  /** Nothing is carried into the history: for the test that this is seen. */
  readonly isHistoryStuck?: boolean;
}

/** As shipped, but for the sizes of rings, so that they have come round before the first look. */
const limitsOf = (graceMs: number): Limits => ({
  ...DEFAULT_LIMITS, historyGraceMs: graceMs, queueGraceMs: graceMs, idempotencyTtlMs: Math.min(graceMs, DEFAULT_LIMITS.idempotencyTtlMs), webhookIds: 500, appliedEvents: 500,
  journalSegmentBytes: 1_000_000, snapshotEveryBytes: 4_000_000, journalEntryBytes: 900_000, catalogueBodyBytes: 800_000, queuePlacesPerEvent: 10_000, queueTickChanges: 10_000,
});

const HISTORY_EVERY_MS = 5_000;
const TURNS = 6;
const ROWS_AT_ONCE = 20_000;
const ignore = (): void => undefined;

export async function openSoakWorld({ folder, seed, graceMs, isHistoryStuck = false }: SoakWorldOptions): Promise<SoakWorld> {
  const limits = limitsOf(graceMs);
  const time = new ManualTimeSource();
  const random = new SeededRandom(seed);
  const path = join(folder, 'history.sqlite');
  const journalDir = join(folder, 'journal');
  const disk = openFileDisk(journalDir);
  const file = HistoryFile.open(path, HISTORY_SHAPES);
  if (file.appliedSequence === undefined) file.write([], 0, '');
  const reader = new HistoryReader(path);
  const tables = createPlatformTables(limits, reader);
  const { journal, clock } = await openJournal({ disk, tables: tables.all, limits, time, scheduler: eventLoop, random }, { history: { appliedSequence: file.appliedSequence ?? 0, journalId: file.journalId } });
  const faults: string[] = [];
  const fault = (cause: unknown): void => void faults.push(String(cause));
  const logger = createLogger({ service: 'soak', level: 'error', destination: { write: fault } });
  const timers = new VirtualTimers(clock, ignore);
  const secrets: WebhookSecrets = [present(readWebhookSecret(newWebhookSecret()), 'a secret that was just made')];
  const own = directOwnWebhooks({ secrets, clock, receive: () => present(services.gateway.receiveWebhook, 'results are taken'), onFault: fault });
  const webhooks = { secrets, poster: { post: own, close: ignore }, onFailure: ignore };
  const usual = testOptions(folder, { logger, limits });
  const options = { ...usual, payment: { ...usual.payment, timings: { ...usual.payment.timings, intentTtlMs: durationMs(60_000) } } };
  const queueKeys = [{ number: 1, secret: Buffer.alloc(32, 7) }];
  const services: PlatformServices = createServices({ tables, journal, disk, clock, random, keys: await loadOrCreateKeys(folder), queueKeys, issuerUrl: 'http://gateway.soak', webhooks, onBroken: fault, instead: { timers: { expiry: timers, payments: timers } } }, options, logger);
  const carrying = carrier({ disk, file, tables, journal, graceMs, nowMs: () => clock.nowMs(), monotonicMs: () => time.monotonicMs() });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => void setImmediate(resolve));
    await journal.durable();
  };
  let carriedAtMs = clock.nowMs() as number;
  await putEvents(services, limits);
  startAll(services, timers, fault);
  return {
    services, tables, journal, clock, draws: new SeededRandom(seed + 1), journalDir, moved: carrying.moved, faults,
    sleep: (ms) => new Promise((resolve) => void timers.after(ms, resolve)),
    pass: async (ms) => {
      time.advance(ms);
      let isOver = false;
      while (!isOver) {
        while (timers.runOneDue());
        await settle();
        isOver = (timers.nextAtMs ?? Infinity) > clock.nowMs();
      }
      if (isHistoryStuck || clock.nowMs() - carriedAtMs < HISTORY_EVERY_MS) return;
      carriedAtMs = clock.nowMs();
      await carrying.on();
    },
    close: async () => {
      await stopAll(services);
      await journal.close({ snapshot: 'never' });
      reader.close();
      file.close();
    },
  };
}

function startAll({ inventory, reservation, queue, payment, worker, relay, reconciler }: PlatformServices, scheduler: VirtualTimers, onFailure: (cause: unknown) => void): void {
  inventory.start({ scheduler, onReleased: ignore, onFailure });
  reservation.start({ onExpiry: ignore, onFailure });
  queue.start({ onFailure });
  payment.start();
  worker.start();
  relay.start();
  reconciler.start({ breached: ({ invariant: rule, subject, detail }) => onFailure(`${rule} ${subject} ${detail}`), failed: onFailure });
}

async function stopAll({ inventory, reservation, queue, payment, worker, relay, reconciler }: PlatformServices): Promise<void> {
  for (const service of [reconciler, relay, worker, payment, queue, reservation, inventory]) await service.stop();
}

interface Carried {
  readonly disk: Disk;
  readonly file: HistoryFile;
  readonly tables: PlatformTables;
  readonly journal: Journal;
  readonly graceMs: number;
  readonly nowMs: () => EpochMs;
  readonly monotonicMs: () => number;
}

/** Carries what has ended into the history, and lets memory go of what is committed there, as the platform's thread does. */
function carrier({ disk, file, tables, journal, graceMs, nowMs, monotonicMs }: Carried): { readonly moved: () => number; on(): Promise<void> } {
  const projector = new Projector(disk, file, HISTORY_SHAPES);
  let checkpointed = 0;
  journal.keepFrom(() => checkpointed + 1);
  const mover = new HistoryMover({ tables: tables.movable, graceMs, nowMs, monotonicMs, appliedToMemory: () => journal.appliedSequence, committed: () => file.appliedSequence ?? 0 });
  return {
    moved: () => mover.moved,
    on: async () => {
      await journal.durable();
      mover.step(ROWS_AT_ONCE);
      await projector.run(journal.durableSequence);
      if (file.checkpoint()) checkpointed = file.appliedSequence ?? 0;
      mover.step(ROWS_AT_ONCE);
    },
  };
}

async function putEvents({ inventory }: PlatformServices, limits: Limits): Promise<void> {
  for (const event of SOAK_EVENTS) {
    const parsed = parseEvent(event, limits);
    invariant(parsed.kind === 'valid', 'the events of a soak are valid');
    await inventory.store.putEvent(parsed.event);
  }
}
