import { DiskError, Projector, type TimeSource } from '@traffic-tacos/journal';
import type { SimDisk } from '@traffic-tacos/journal/testing';
import { HistoryWork, shapesNamed, type HistoryPlace, type StartHistoryThread } from '@traffic-tacos/platform/testing';
import { SqliteRefused } from './history-file.ts';

export interface HistoryThreadParts {
  readonly disk: SimDisk;
  readonly place: HistoryPlace;
  readonly time: TimeSource;
  /** Waited for by each message between the process and the thread. */
  readonly latency: () => Promise<void>;
  /** Told of what nobody has planted and no trouble explains. */
  readonly broken: (cause: unknown) => void;
}

/** The thread that carries what has ended into the history: beside everything else, as far behind as the scheduler likes, and for one life. */
export class SimHistoryThread {
  readonly #parts: HistoryThreadParts;
  readonly #toThread: Lane;
  readonly #toProcess: Lane;

  constructor(parts: HistoryThreadParts) {
    this.#parts = parts;
    this.#toThread = new Lane(parts.latency);
    this.#toProcess = new Lane(parts.latency);
  }

  /** It does nothing until `goOn`: what it is asked waits. */
  stall(): void {
    this.#toThread.stall();
  }

  goOn(): void {
    this.#toThread.goOn();
  }

  readonly start: StartHistoryThread = (tables, listener) => {
    const { disk, place, time, broken } = this.#parts;
    const shapes = shapesNamed(tables);
    const state = { isOver: false };
    const tell = (what: () => void): void => this.#toProcess.send(what);
    const fail = (cause: unknown): void => {
      if (state.isOver) return;
      state.isOver = true;
      if (!disk.isOff && !(cause instanceof SqliteRefused) && !(cause instanceof DiskError)) broken(cause);
      tell(() => {
        listener.failed(cause);
        listener.ended();
      });
    };
    const file = place.open(shapes);
    const work = new HistoryWork({
      file,
      projector: new Projector(disk, file, shapes),
      monotonicMs: () => time.monotonicMs(),
      tell: (progress) => tell(() => listener.progress(progress)),
      onStopped: () => tell(() => listener.ended()),
    });
    return (request) => this.#toThread.send(() => {
      if (!state.isOver) work.take(request).catch(fail);
    });
  };
}

/** Messages one way: they arrive in the order in which they were sent. */
class Lane {
  readonly #latency: () => Promise<void>;
  readonly #underWay: (() => void)[] = [];
  #arrived = 0;
  #isStalled = false;

  constructor(latency: () => Promise<void>) {
    this.#latency = latency;
  }

  send(arrive: () => void): void {
    this.#underWay.push(arrive);
    void this.#latency().then(() => {
      this.#arrived++;
      this.#deliver();
    });
  }

  stall(): void {
    this.#isStalled = true;
  }

  goOn(): void {
    this.#isStalled = false;
    this.#deliver();
  }

  #deliver(): void {
    for (; this.#arrived > 0 && !this.#isStalled; this.#arrived--) this.#underWay.shift()?.();
  }
}
