import type { Planting } from '../../src/machine/planting.ts';

/** A mistake that somebody could make, and within how many seeds it must be seen. */
export interface PlantedBug {
  readonly bug: string;
  readonly planting: Planting;
  readonly seeds: number;
  /** It needs many crashes to be seen: only stormy seeds are played. */
  readonly isOfStorms?: boolean;
  /** Only worlds with a history are played. */
  readonly isOfHistory?: boolean;
  /** What is seen broken: one of these. */
  readonly breaks: readonly string[];
}

/** The object with some methods in place of its own. Its private parts stay reachable, since they are called on itself. */
export function overlay<T extends object>(right: T, wrong: Partial<T>): T {
  return new Proxy(right, {
    get: (target, name) => {
      const method: unknown = Reflect.get(wrong, name) ?? Reflect.get(target, name);
      return typeof method === 'function' && !(name in wrong) ? method.bind(target) : method;
    },
  });
}
