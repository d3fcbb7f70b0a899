import type { Http2Session } from 'node:http2';
import { types } from 'node:util';
import type { CheckStream } from './stream-check.ts';

/** Streams of one connection between two renewals. A few are kept too long in each of them; to copy those that are open costs little at this rate. */
const STREAMS_BETWEEN = 256;

/**
 * Gives each connection a new map of its streams now and then, so that calls which are over are collected while they are young.
 *
 * A `Map` in which entries come and go gets a new table every few entries, and V8 lets each table that is done with point to the next one. Once a
 * collection of the whole heap has made one of them old, every later one is reached from it, with the streams that were open then and all
 * that belongs to them: a fourth of what calls allocate grows old for nothing, and every collection of young garbage takes five times
 * as long (ADR 14). The runtime keeps the streams of a connection in such a map. It has no name for it, so the map is looked for by the
 * symbol's description; where a later runtime keeps its streams elsewhere, nothing is done.
 */
export function createStreamsRenewal(): CheckStream {
  const streamsOf = new WeakMap<Http2Session, number>();
  return ({ session }) => {
    if (session === undefined) return true;
    const streams = (streamsOf.get(session) ?? 0) + 1;
    streamsOf.set(session, streams % STREAMS_BETWEEN);
    if (streams === STREAMS_BETWEEN) renewStreams(session);
    return true;
  };
}

function renewStreams(session: Http2Session): void {
  const state = stateOf(session);
  const streams: unknown = state === undefined ? undefined : Reflect.get(state, 'streams');
  // Of the same class as before: the runtime's own is no heir of Map, so that nobody can change it through that.
  if (state !== undefined && types.isMap(streams)) Reflect.set(state, 'streams', Reflect.construct(streams.constructor, [streams]));
}

function stateOf(session: Http2Session): object | undefined {
  const symbol = Object.getOwnPropertySymbols(session).find(({ description }) => description === 'state');
  const state: unknown = symbol === undefined ? undefined : Reflect.get(session, symbol);
  return typeof state === 'object' && state !== null ? state : undefined;
}
