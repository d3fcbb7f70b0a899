/** A word of an admin to a waiting room. */
export type RoomWord =
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Nobody new is taken, and those who wait are let in. */
  | { readonly kind: 'drain' }
  /** People a second; 0 gives the rate back to the event. */
  | { readonly kind: 'set_rate'; readonly perSecond: number };

/** A waiting room as admins see it. */
export interface RoomFigures {
  readonly eventId: string;
  readonly mode: 'open' | 'paused' | 'draining';
  /** The rate in force, people a second. */
  readonly perSecond: number;
  readonly maxActive: number;
  readonly waiting: number;
  /** Those whose turn it is, and who have not come in. */
  readonly ready: number;
  /** Those inside without a hold. */
  readonly admitted: number;
  /** Those inside with a hold. */
  readonly holding: number;
  /** Turns given since the room was first used. */
  readonly letIn: number;
  /** Turns that nobody claimed in time. */
  readonly noShows: number;
}

/** What the gateway asks of the waiting rooms on an admin's word. */
export interface RoomControls {
  /** Durable when it resolves. Undefined: there is no such event. May reject with `Unavailable`. */
  tell(eventId: string, word: RoomWord): Promise<RoomFigures | undefined>;
  /** Undefined where nobody has ever joined. */
  room(eventId: string): RoomFigures | undefined;
  rooms(): readonly RoomFigures[];
}
