import { DiskError, HistoryRefused, JournalFailed } from '@traffic-tacos/journal';
import type { DiskOperation } from '@traffic-tacos/journal/testing';
import type { SeededRandom } from '@traffic-tacos/kernel';
import { must } from '../check/breach.ts';
import { SqliteRefused } from '../machine/history-file.ts';
import type { World } from '../world.ts';
import { oneOf, type Action } from './action.ts';
import { Mishap } from './history-trouble.ts';

const FAILING: readonly DiskOperation[] = ['append', 'sync', 'create', 'rename', 'sync_directory'];
const ATTEMPTS = 8;

/** One of all that is under way comes to its end; until then whoever waits for it waits. */
const goesOn: Action = { name: 'what is under way goes on', weight: 260, play: (world, draws) => void world.takeOne(draws.u32()) };

/** The connection breaks: what was asked has happened, and whoever asked is not told (S7). */
const answerLost: Action = {
  name: 'an answer is lost',
  weight: 0.5,
  play: (world) => {
    if (world.agenda.loseAnswer()) world.happens();
  },
};

/** `kill -9`: what was written is still in the page cache, synced or not. */
const kill: Action = { name: 'the process is killed', weight: 0.03, play: (world, draws) => restart(world, draws, 'killed') };

/** Unsynced writes are lost, torn or reordered. */
const powerCut: Action = { name: 'the power goes', weight: 0.05, play: (world, draws) => restart(world, draws, 'power') };

/** The power goes in the middle of a write, a sync or another operation, which has then happened or not. */
const powerCutInside: Action = {
  name: 'the power will go inside an operation',
  weight: 0.06,
  play: (world, draws) => {
    world.disk.crashAt(world.disk.operations + 1 + draws.below(6));
    world.happens();
  },
};

const fail: Action = {
  name: 'the disk fails',
  weight: 0.024,
  play: (world, draws) => {
    const operation = oneOf(FAILING, draws);
    world.disk.fail(operation, draws.below(3));
    world.happens(() => `the next ${operation} fails`);
  },
};

const full: Action = {
  name: 'the disk is full',
  weight: 0.024,
  play: (world, draws) => {
    world.disk.capacityBytes = world.usedBytes() + draws.below(4_000);
    world.happens(() => 'the disk is nearly full');
  },
};

/** What is written meanwhile is shown to nobody, and all of it is lost if the power goes. */
const stall: Action = {
  name: 'the disk stalls',
  weight: 0.6,
  play: (world, draws) => {
    const times = 8 + draws.below(64);
    world.agenda.stall(times);
    world.happens(() => `the disk stalls for ${times} events`);
  },
};

const snapshot: Action = {
  name: 'a snapshot is taken',
  weight: 0.12,
  play: (world) => {
    world.happens();
    world.process.journal.snapshot().catch((error: unknown) => world.fail(error));
  },
};

/** The operator stops it: nothing is under way afterwards, and all of it is found again. */
const cleanStop: Action = {
  name: 'a clean stop',
  weight: 0.02,
  play: async (world, draws) => {
    if (world.process.journal.failure !== undefined || world.disk.isOff) return;
    world.agenda.open();
    const { services, journal, history, historyThread } = world.process;
    historyThread?.goOn();
    await world.drive(Promise.all([services.queue.stop(), services.reservation.stop(), services.payment.stop(), services.relay.stop(), services.worker.stop(), services.reconciler.stop(), history?.stop()]));
    await world.drive(journal.close().catch(refusedByDisk));
    return restart(world, draws, world.disk.isOff ? 'power' : 'killed');
  },
};

const TROUBLE: readonly Action[] = [kill, powerCut, powerCutInside, stall, fail, full, cleanStop];

export const BREAKING_DOWN: readonly Action[] = [goesOn, answerLost, snapshot, ...TROUBLE.map((action) => ({ ...action, isTrouble: true }))];

/** The process ends, and another one begins on what is left of the disk, perhaps only after it has failed at that as well. */
export async function restart(world: World, draws: SeededRandom, how: 'killed' | 'power'): Promise<void> {
  world.die();
  world.note(() => (how === 'power' ? 'the power goes' : 'the process is killed'));
  leave(world, how);
  const mishap = world.history === undefined ? undefined : new Mishap(world, world.history);
  mishap?.strike(how, draws);
  for (let attempt = 1; ; attempt++) {
    must(attempt < ATTEMPTS, 'I4', 'the start', `did not succeed in ${ATTEMPTS} attempts`);
    const isDisturbed = attempt < ATTEMPTS / 2 && draws.below(4) === 0;
    const found = isDisturbed || mishap?.isAway === true ? await world.lastGroup() : 0;
    const isLacking = (await mishap?.mustBeRefused()) ?? false;
    if (isDisturbed) disturb(world, draws);
    try {
      await world.start();
      mishap?.started(isLacking);
      world.agenda.close();
      return;
    } catch (error) {
      if (error instanceof HistoryRefused) mishap?.refused(isLacking, error.message);
      else if (!isDisturbed || !(error instanceof DiskError || error instanceof SqliteRefused)) throw error;
      world.note(() => `the start fails: ${(error as Error).message}`);
      world.die();
      world.forgetBeyond(found);
      leave(world, world.disk.isOff ? 'power' : 'killed');
    }
  }
}

/** A full disk refuses what was to be written last: nobody was told that it was. */
function refusedByDisk(error: unknown): void {
  if (!(error instanceof JournalFailed)) throw error;
}

/** What a dead process leaves. Nobody leaves a disk full. */
function leave(world: World, how: 'killed' | 'power'): void {
  world.disk = how === 'power' ? world.disk.powerCut(world.cutSeed()) : world.disk.killed(world.cutSeed());
  world.disk.capacityBytes = Number.POSITIVE_INFINITY;
  if (how === 'power') world.time.reboot(`boot-${world.counted.boots + 1}`);
}

/** The power goes again while the process starts, or the disk cannot be read. */
function disturb(world: World, draws: SeededRandom): void {
  if (draws.below(2) === 0) world.disk.crashAt(world.disk.operations + 1 + draws.below(24));
  else world.disk.fail('read', draws.below(4));
}
