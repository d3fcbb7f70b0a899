import type { EpochMs } from '@traffic-tacos/kernel';
import { refuseLanes, type LanesRefused } from '../../domain/lanes.ts';
import type { Room } from '../../domain/room.ts';
import { reschedule, type OutOfOrder, type Schedule } from '../../domain/schedule.ts';
import type { OnSale } from '../../ports/on-sales.ts';
import type { RoomControl } from '../../ports/queue-store.ts';

/** A room after an operator's word, and when what happens from then on. */
export interface Controlled {
  readonly kind: 'room';
  readonly room: Room;
  readonly schedule: Schedule;
}

export type ControlRefused = LanesRefused | OutOfOrder;

/** What an operator's word makes of a room and of its event's sale. */
export function controlRoom(room: Room, event: OnSale, control: RoomControl, nowMs: EpochMs, laneLimit: number): Controlled | ControlRefused {
  const next = { ...room, version: room.version + 1, changedAtMs: nowMs };
  const schedule = scheduleOf(room, event);
  switch (control.kind) {
    case 'pause':
      return { kind: 'room', room: { ...next, mode: 'paused' }, schedule };
    case 'resume':
      return { kind: 'room', room: { ...next, mode: 'open' }, schedule };
    case 'drain':
      return { kind: 'room', room: { ...next, mode: 'draining' }, schedule };
    case 'set_rate':
      return { kind: 'room', room: { ...next, perSecond: control.perSecond }, schedule };
    case 'schedule': {
      const moved = reschedule(schedule, control);
      return 'kind' in moved ? moved : { kind: 'room', room: { ...next, opensAtMs: moved.opensAtMs ?? ANY_TIME }, schedule: moved };
    }
    case 'set_lanes':
      return refuseLanes(room.lanes, control.lanes, laneLimit) ?? { kind: 'room', room: { ...next, lanes: control.lanes }, schedule };
  }
}

/** When what happens in a room: joining is the room's own to say, selling the event's. */
export const scheduleOf = ({ opensAtMs }: Room, { saleStartsAtMs, saleEndsAtMs }: Pick<OnSale, 'saleStartsAtMs' | 'saleEndsAtMs'>): Schedule => ({
  opensAtMs: opensAtMs === ANY_TIME ? undefined : opensAtMs, saleStartsAtMs, saleEndsAtMs,
});

const ANY_TIME = 0 as EpochMs;
