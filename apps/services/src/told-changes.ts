import type { Changes } from '@traffic-tacos/gateway';

export interface ToldChanges {
  readonly changes: Changes;
  /** Whoever watches this id is told at once. */
  changed(id: string): void;
}

/** Changes that somebody tells of, and beside them those that are looked for: what is not told of is found out all the same. */
export function toldChanges(lookedFor: Changes): ToldChanges {
  const watchers = new Map<string, Set<() => void>>();
  return {
    changes: {
      watch: (id, changed) => {
        const unwatch = lookedFor.watch(id, changed);
        const own = (): void => changed();
        const ofId = watchers.get(id) ?? new Set();
        watchers.set(id, ofId.add(own));
        return () => {
          unwatch();
          ofId.delete(own);
          if (ofId.size === 0 && watchers.get(id) === ofId) watchers.delete(id);
        };
      },
    },
    changed: (id) => {
      for (const told of [...(watchers.get(id) ?? [])]) told();
    },
  };
}
