import { everything, keep, type FuzzCase, type Kept } from './case.ts';
import type { Wrong } from './lane.ts';

/** The least of a case that still shows something wrong. */
export interface Shrunk {
  readonly fuzzCase: FuzzCase;
  readonly kept: Kept;
  readonly wrong: Wrong;
  /** How often it was run for that. */
  readonly runs: number;
}

/** Runs a case again with fewer and fewer mutations and steps, as long as it still shows something wrong. Undefined when it shows nothing. */
export async function shrink(drawn: FuzzCase, run: (one: FuzzCase) => Promise<Wrong | undefined>): Promise<Shrunk | undefined> {
  let kept = everything(drawn);
  let runs = 1;
  let wrong = await run({ ...drawn, attempt: runs });
  if (wrong === undefined) return undefined;
  for (let hasShrunk = true; hasShrunk; ) {
    hasShrunk = false;
    for (const less of smaller(kept)) {
      runs++;
      const found = await run({ ...keep(drawn, less), attempt: runs });
      if (found === undefined) continue;
      kept = less;
      wrong = found;
      hasShrunk = true;
      break;
    }
  }
  return { fuzzCase: keep(drawn, kept), kept, wrong, runs };
}

/** All that is one step, or one mutation, less. */
function smaller(kept: Kept): readonly Kept[] {
  const withoutStep = kept.size < 2 ? [] : [...kept.keys()].map((step) => new Map([...kept].filter(([other]) => other !== step)));
  const withoutMutation = [...kept].flatMap(([step, mutations]) =>
    mutations.map((mutation) => new Map([...kept]).set(step, mutations.filter((other) => other !== mutation))),
  );
  return [...withoutStep, ...withoutMutation];
}
