import type { EpochMs } from '@traffic-tacos/kernel';
import type { Room } from '../../domain/room.ts';
import type { ControlOutcome, RoomControl } from '../../ports/queue-store.ts';

type Refused = Exclude<ControlOutcome, { readonly kind: 'controlled' }>;

/** The room after an operator's word. */
export function controlRoom(room: Room, control: RoomControl, nowMs: EpochMs, laneLimit: number): Room | Refused {
  const next = { ...room, version: room.version + 1, changedAtMs: nowMs };
  switch (control.kind) {
    case 'pause':
      return { ...next, mode: 'paused' };
    case 'resume':
      return { ...next, mode: 'open' };
    case 'drain':
      return { ...next, mode: 'draining' };
    case 'set_rate':
      return { ...next, perSecond: control.perSecond };
    case 'schedule':
      return { ...next, opensAtMs: control.opensAtMs };
    case 'set_lanes': {
      if (control.lanes.length > laneLimit) return { kind: 'too_many_lanes' };
      // Places name their lane by its number.
      const gone = room.lanes.find(({ id }, number) => control.lanes[number]?.id !== id);
      return gone === undefined ? { ...next, lanes: control.lanes } : { kind: 'lane_gone', lane: gone.id };
    }
  }
}
