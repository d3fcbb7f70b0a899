import type { RestTarget } from '../case.ts';
import type { Draw } from '../draw.ts';
import type { CaseMemory, World } from '../world.ts';
import type { RestDraft } from './draft.ts';

/** What a mutation may look at. */
export interface RestPlace {
  readonly target: RestTarget;
  readonly memory: CaseMemory;
  readonly world: World;
}

/** Makes one thing of a request wrong. */
export interface RestMutation {
  readonly weight: number;
  readonly apply: (draft: RestDraft, draw: Draw, place: RestPlace) => void;
}

export type RestMutations = Readonly<Record<string, RestMutation>>;
