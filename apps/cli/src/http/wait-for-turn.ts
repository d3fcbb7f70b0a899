import { setTimeout as sleep } from 'node:timers/promises';
import { errorCodeIn, numberIn, textIn, type JsonObject } from './json-fields.ts';

/** A place in line as an answer showed it. What is undefined is not known. */
export interface PlaceSeen {
  readonly status: string;
  readonly reason: string;
  readonly position: number | undefined;
  /** Seconds: the least, the most likely and the longest that the wait will last. */
  readonly eta: { readonly minSec: number; readonly sec: number; readonly maxSec: number } | undefined;
  /** Seconds since joining, until one's turn; undefined in the answer to joining itself. */
  readonly waitedSec: number | undefined;
  readonly pollAfterMs: number;
}

export interface DoorAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

/** How a waiting room is reached. Each throws where nobody answers. */
export interface Door {
  join(): Promise<DoorAnswer>;
  look(waitingToken: string): Promise<DoorAnswer>;
  enter(waitingToken: string): Promise<DoorAnswer>;
}

export type Turn =
  | { readonly kind: 'admitted'; readonly waitingToken: string; readonly reservationToken: string; readonly waitedMs: number }
  /** There will be no turn: everything is sold, the sale has ended, or the place is lost. */
  | { readonly kind: 'over'; readonly status: string; readonly reason: string }
  | { readonly kind: 'refused'; readonly answer: DoorAnswer };

const OK = 200;
const JOINED = 202;
const OVERLOADED = 503;
const PASSING: ReadonlySet<string> = new Set(['NOT_READY', 'FORBIDDEN', 'SERVICE_UNAVAILABLE']);
const REFUSED_AT_MOST = 10;
/** Where an overloaded platform does not say when to come again. */
const AGAIN_MS = 1_000;

/** Joins an event's waiting room, asks as often as it is told to, and claims its turn. `onSeen` hears of the place each time that it is shown. */
export async function waitForTurn(door: Door, onSeen: (place: PlaceSeen) => void): Promise<Turn> {
  const startedMs = performance.now();
  const joined = await door.join();
  if (joined.status !== JOINED) return { kind: 'refused', answer: joined };
  const waitingToken = textIn(joined.body, 'waiting_token');
  let place = placeIn(joined.body);
  let refused = 0;
  for (;;) {
    onSeen(place);
    if (place.status === 'ready' || place.status === 'admitted') {
      const entered = await door.enter(waitingToken);
      if (entered.status === OK) return { kind: 'admitted', waitingToken, reservationToken: textIn(entered.body, 'reservation_token'), waitedMs: performance.now() - startedMs };
      // The turn was missed, or everything was sold in the same moment: the next look tells.
      if (!PASSING.has(errorCodeIn(entered.body)) || ++refused > REFUSED_AT_MOST) return { kind: 'refused', answer: entered };
    } else if (place.status !== 'waiting') return { kind: 'over', status: place.status, reason: place.reason };
    await sleep(place.pollAfterMs);
    let shown = await door.look(waitingToken);
    for (; shown.status === OVERLOADED; shown = await door.look(waitingToken)) await sleep(AGAIN_MS);
    if (shown.status !== OK) return { kind: 'refused', answer: shown };
    place = placeIn(shown.body);
  }
}

function placeIn(body: JsonObject): PlaceSeen {
  const [minSec, sec, maxSec] = [known(body['eta_min_sec']), known(body['eta_sec']), known(body['eta_max_sec'])];
  return {
    status: textIn(body, 'status'),
    reason: textIn(body, 'reason'),
    position: known(body['position']),
    eta: minSec === undefined || sec === undefined || maxSec === undefined ? undefined : { minSec, sec, maxSec },
    waitedSec: known(body['waiting_time']),
    pollAfterMs: numberIn(body, 'poll_after_ms'),
  };
}

const known = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
