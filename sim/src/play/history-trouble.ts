import { firstKept } from '@traffic-tacos/journal';
import type { SeededRandom } from '@traffic-tacos/kernel';
import { must } from '../check/breach.ts';
import type { SimHistoryFile, TakenAway } from '../machine/history-file.ts';
import type { World } from '../world.ts';
import type { Action } from './action.ts';

/** What it is asked to carry over waits, and with it what wants to leave memory. */
const stall: Action = {
  name: 'the history falls behind',
  weight: 0.2,
  play: (world) => {
    world.process.historyThread?.stall();
    world.happens(() => 'the thread of the history stands still');
  },
};

/** What is committed stays out of the main file. */
const heldBack: Action = {
  name: 'somebody reads an older state of the history',
  weight: 0.2,
  play: (world) => {
    if (world.history !== undefined) world.history.isBusy = true;
    world.happens(() => 'the history cannot be checkpointed');
  },
};

const goesOn: Action = {
  name: 'the history goes on',
  weight: 0.4,
  play: (world) => {
    if (world.history !== undefined) world.history.isBusy = false;
    world.process.historyThread?.goOn();
    world.happens(() => 'nothing stands in the way of the history');
  },
};

/** The thread ends on it, and another one is started after a while. */
const full: Action = {
  name: 'the history cannot be written',
  weight: 0.1,
  play: (world, draws) => {
    if (world.history !== undefined) world.history.refusals = 1 + draws.below(2);
    world.happens(() => 'the next commits of the history fail');
  },
};

/** Somebody copies the file alone, as no backup does, and puts that back one day. */
const copied: Action = {
  name: 'the history is copied',
  weight: 0.08,
  play: (world) => {
    world.historyCopy = world.history?.copy();
    world.happens(() => 'somebody copies the file of the history');
  },
};

export const HISTORY_TROUBLE: readonly Action[] = [stall, heldBack, goesOn, full, copied].map((action) => ({ ...action, isTrouble: true }));

/** What became of the file while no process was there: nothing, or the newest is away until somebody brings it back. */
export class Mishap {
  readonly #world: World;
  readonly #history: SimHistoryFile;
  #newest: TakenAway | undefined;

  constructor(world: World, history: SimHistoryFile) {
    this.#world = world;
    this.#history = history;
  }

  /** Damage of the log is found when the machine comes back; files are lost, or old ones put back, at any time. */
  strike(how: 'killed' | 'power', draws: SeededRandom): void {
    const { historyCopy } = this.#world;
    if (how === 'power' && draws.below(2) === 0) {
      this.#history.loseLog();
      this.#world.note(() => `the write-ahead log of the history is lost: it ends at group ${String(this.#history.applied)}`);
    }
    if (draws.below(6) !== 0) return;
    this.#newest = this.#history.takeAway();
    if (historyCopy !== undefined && draws.below(2) === 0) this.#history.putBack(historyCopy);
    this.#world.historyCopy = undefined;
    this.#world.note(() => `the file of the history is ${historyCopy === undefined || !this.#history.place().isThere() ? 'lost' : 'an old one'}`);
  }

  get isAway(): boolean {
    return this.#newest !== undefined;
  }

  /** Whether journal and history together are not the whole any more, so that nothing may start on them. */
  async mustBeRefused(): Promise<boolean> {
    if (!this.isAway) return false;
    return (await this.#world.drive(firstKept(this.#world.disk))) > (this.#history.applied ?? 0) + 1;
  }

  /** A start has refused what there is, and says to bring the file back. */
  refused(isRight: boolean, why: string): void {
    must(isRight && this.#newest !== undefined, 'I4', 'the start', () => `is refused, and the journal has all that the history lacks: ${why}`);
    this.#world.counted.refusedStarts++;
    this.#history.takeAway();
    if (this.#newest !== undefined) this.#history.putBack(this.#newest);
    this.#newest = undefined;
  }

  started(isWrong: boolean): void {
    must(!isWrong, 'I4', 'the start', 'goes without records that neither journal nor history has');
    this.#newest = undefined;
  }
}
