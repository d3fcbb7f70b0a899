import { SeededRandom } from '@traffic-tacos/kernel';
import { NOTHING_PLANTED, type Planting } from '../machine/planting.ts';
import { chooseAction } from '../play/actions.ts';
import { restart } from '../play/break-down.ts';
import { World } from '../world.ts';
import type { Counted } from './counted.ts';

/** Steps between two looks at everything. */
const WHOLE_EVERY = 1_000;
/** A process whose journal has failed goes on for so many steps at most: it must end within 5 s, and answers nobody meanwhile. */
const STEPS_AFTER_FAILURE = 12;

export interface RunOptions {
  readonly seed: number;
  readonly steps: number;
  /** Only these steps happen, each with the draws that it has among all. Undefined: all. */
  readonly kept?: ReadonlySet<number> | undefined;
  readonly isTraced?: boolean;
  readonly planting?: Planting;
}

export interface Run {
  readonly seed: number;
  /** Events that the scheduler took, each with the checks after it. */
  readonly events: number;
  /** Steps that found nothing to do: a cancel before there is any reservation, nothing that is under way. They count for nothing. */
  readonly emptySteps: number;
  readonly digest: number;
  readonly trace: readonly string[];
  /** What was seen broken, and at which step. */
  readonly broken: { readonly step: number; readonly cause: unknown } | undefined;
  readonly counted: Counted;
}

/** Plays one seed from the first start to the last look. Equal options give equal runs, to the last byte of the trace. */
export async function runSeed({ seed, steps, kept, isTraced = false, planting = NOTHING_PLANTED }: RunOptions): Promise<Run> {
  const world = new World(seed, planting, isTraced);
  let emptySteps = 0;
  const result = (): Run => ({
    seed, events: world.events, emptySteps, digest: world.digest, trace: world.trace ?? [], counted: world.countedNow(),
    broken: world.broken === undefined ? undefined : { step: world.step, cause: world.broken },
  });
  try {
    await world.open();
    for (; world.step < steps && world.broken === undefined; world.step++) {
      if (kept === undefined || kept.has(world.step)) {
        const { events } = world;
        await playStep(world);
        if (world.events === events) emptySteps++;
      }
      if ((world.step + 1) % WHOLE_EVERY === 0 || world.step + 1 === steps) await settle(world);
      if (world.broken !== undefined) break;
    }
  } catch (error) {
    world.fail(error);
  }
  return result();
}

async function playStep(world: World): Promise<void> {
  const draws = drawsOf(world.seed, world.step);
  const action = chooseAction(world.seed, draws);
  world.note(() => `· ${action.name}`);
  const done = action.play(world, draws);
  if (done !== undefined) await done;
  await world.endEvent();
  if (world.disk.isOff) await restart(world, drawsOf(world.seed, ~world.step), 'power');
  else if (world.outlivesFailure(STEPS_AFTER_FAILURE)) await restart(world, drawsOf(world.seed, ~world.step), 'killed');
}

async function settle(world: World): Promise<void> {
  // Drawn on from start to start: the same trouble each time would never end.
  const draws = drawsOf(world.seed, ~world.step);
  let isSettled = false;
  while (!isSettled) {
    if (world.disk.isOff || world.process.journal.failure !== undefined) await restart(world, draws, world.disk.isOff ? 'power' : 'killed');
    isSettled = await world.settle();
  }
}

/** The draws of one step are its own, so that dropping others leaves it as it is. */
const drawsOf = (seed: number, step: number): SeededRandom => new SeededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b));
