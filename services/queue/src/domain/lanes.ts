import type { Lane } from './room.ts';

/** Why lanes cannot be those of a room. */
export type LanesRefused =
  | { readonly kind: 'too_many_lanes'; readonly most: number }
  /** Places name their lane by its number, so a lane that is there stays where it is. */
  | { readonly kind: 'lane_gone'; readonly lane: string }
  | { readonly kind: 'lane_twice'; readonly lane: string }
  /** Whoever has no role of a lane stands in the first one. */
  | { readonly kind: 'first_lane_has_role'; readonly lane: string }
  | { readonly kind: 'lane_without_role'; readonly lane: string };

/** What stands against new lanes, the first rule that does; undefined where nothing does. */
export function refuseLanes(current: readonly Lane[], next: readonly Lane[], most: number): LanesRefused | undefined {
  if (next.length > most) return { kind: 'too_many_lanes', most };
  const gone = current.find(({ id }, number) => next[number]?.id !== id);
  if (gone !== undefined) return { kind: 'lane_gone', lane: gone.id };
  const twice = next.find(({ id }, number) => next.findIndex((other) => other.id === id) < number);
  if (twice !== undefined) return { kind: 'lane_twice', lane: twice.id };
  const [general, ...others] = next;
  if (general !== undefined && general.role !== '') return { kind: 'first_lane_has_role', lane: general.id };
  const roleless = others.find(({ role }) => role === '');
  return roleless === undefined ? undefined : { kind: 'lane_without_role', lane: roleless.id };
}
