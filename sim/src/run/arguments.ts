import { parseArgs } from 'node:util';
import { readRanges } from './ranges.ts';

export const USAGE = `npm run sim -- [--seeds N] [--seed S] [--steps M] [--keep STEPS]

  --seeds N     as many seeds, from --seed on (100; 1 where only --seed is given)
  --seed S      the first seed (1)
  --steps M     steps of each seed (6000)
  --keep STEPS  only these steps happen, as a failure has printed them: 0-3,17,40
`;

export interface Arguments {
  readonly seeds: number;
  readonly first: number;
  readonly steps: number;
  readonly kept: ReadonlySet<number> | undefined;
}

/** Undefined where the words say something else than the usage. */
export function readArguments(words: readonly string[]): Arguments | 'help' | undefined {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { seeds: { type: 'string' }, seed: { type: 'string' }, steps: { type: 'string', default: '6000' }, keep: { type: 'string' }, help: { type: 'boolean', default: false } },
    });
    if (values.help) return 'help';
    const seeds = whole(values.seeds ?? (values.seed === undefined ? '100' : '1'));
    const first = whole(values.seed ?? '1');
    const steps = whole(values.steps);
    const kept = values.keep === undefined ? undefined : readRanges(values.keep);
    if (seeds === undefined || first === undefined || steps === undefined || seeds < 1 || steps < 1) return undefined;
    return values.keep !== undefined && kept === undefined ? undefined : { seeds, first, steps, kept };
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

const whole = (text: string): number | undefined => (/^\d{1,10}$/.test(text) ? Number(text) : undefined);
