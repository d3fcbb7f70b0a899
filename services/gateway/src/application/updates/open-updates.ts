import { followState, type FollowDeps, type Subject, type UpdateSink } from './follow-state.ts';

/** What opening a stream of updates comes to. */
export type OpenedUpdates<Facts> =
  /** There is none, or it is somebody else's: nobody can tell which. */
  | { readonly kind: 'not_found' }
  /** The client has seen the last state, and nothing can happen any more. */
  | { readonly kind: 'nothing_more' }
  | { readonly kind: 'open'; readonly first: Facts; readonly follow: (sink: UpdateSink<Facts>) => void };

/** Looks whether there is something to follow, for whoever has seen the state `seenStateId` last. */
export async function openUpdates<Facts>(subject: Subject<Facts>, seenStateId: string | undefined, deps: FollowDeps): Promise<OpenedUpdates<Facts>> {
  const first = await subject.read();
  if (first === undefined) return { kind: 'not_found' };
  if (subject.isFinal(first) && subject.stateIdOf(first) === seenStateId) return { kind: 'nothing_more' };
  return { kind: 'open', first, follow: (sink) => followState(subject, first, seenStateId, sink, deps) };
}
