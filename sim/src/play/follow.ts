import type { SeededRandom } from '@traffic-tacos/kernel';
import type { OpenedUpdates, PaymentFacts, ReservationFacts, Update } from '@traffic-tacos/gateway';
import { must } from '../check/breach.ts';
import { Follower, Stream, type Facts } from '../check/followers.ts';
import type { World } from '../world.ts';
import { recent, type Action } from './action.ts';

/** The server looks so often whether anything has ended by the clock alone, in ms. */
const TICK_MS = 1_000;
/** So long before the end of a hold its owner is warned. */
const WARNED_MS = 10_000;

const follow: Action = {
  name: 'follow a reservation or a payment',
  weight: 2,
  play: (world, draws) => {
    const known = somethingOwn(world, draws);
    if (known === undefined || world.followers.find(known.id) !== undefined) return;
    world.followers.add(known);
    connect(world, known);
  },
};

/** The connection breaks, with all that is on its way. */
const lose: Action = {
  name: 'a stream is lost',
  weight: 1,
  play: (world, draws) => {
    const follower = recent(world.followers.list.filter(({ stream }) => stream !== undefined), draws);
    if (follower === undefined) return;
    follower.stream?.lose();
    follower.stream = undefined;
    world.happens(() => `the stream of ${follower.id} is lost`);
  },
};

const comeBack: Action = {
  name: 'a follower comes back',
  weight: 2,
  play: (world, draws) => {
    const gone = recent(world.followers.list.filter(({ stream, isOver }) => stream === undefined && !isOver), draws);
    if (gone !== undefined) connect(world, gone);
  },
};

/** What is somebody else's is as absent as nothing. */
const spy: Action = {
  name: 'follow what is somebody else’s',
  weight: 0.5,
  play: (world, draws) => {
    const known = somethingOwn(world, draws);
    if (known === undefined) return;
    world.ask(() => `somebody else follows ${known.id}`, open(world, known, `${known.userId}-not`), ({ kind }) => {
      must(kind === 'not_found', 'I10', known.id, () => `answered ${kind} to somebody else`);
      return kind;
    });
  },
};

function somethingOwn(world: World, draws: SeededRandom): Follower | undefined {
  if (draws.below(2) === 0) {
    const known = recent(world.ledger.reservations, draws, 4);
    return known === undefined ? undefined : new Follower('reservation', known.held.reservationId, known.userId);
  }
  const intent = recent(world.ledger.intents, draws, 4);
  return intent === undefined ? undefined : new Follower('intent', intent.id, intent.userId);
}

type Opened = OpenedUpdates<ReservationFacts> | OpenedUpdates<PaymentFacts>;

function open({ doors: { updates } }: World, { kind, id, seenId }: Follower, userId: string): Promise<Opened> {
  return kind === 'reservation' ? updates.reservation(id, userId, seenId) : updates.payment(id, userId, seenId);
}

/** Whoever follows opens a stream, and says what they have seen last. */
function connect(world: World, follower: Follower): void {
  const stream = new Stream({
    send: (deliver) => world.agenda.request(() => arrive(world, deliver)),
    shows: (update) => showing(world, follower, update),
    ended: (reason) => {
      if (follower.stream === stream) follower.stream = undefined;
      must(reason === 'final', 'live updates', follower.id, () => `ended: ${reason}`);
      follower.isOver = true;
    },
  });
  follower.stream = stream;
  const opened = open(world, follower, follower.userId).then((answer) => {
    if (answer.kind === 'open' && !stream.isLost) answer.follow(stream);
    return answer;
  });
  world.ask(() => `${follower.userId} follows ${follower.id} from ${follower.seenId ?? 'the beginning'}`, opened, ({ kind }) => {
    must(kind !== 'not_found', 'I4', follower.id, 'was acknowledged, and cannot be followed');
    if (kind === 'nothing_more') follower.isOver = true;
    return kind;
  });
  beginTicking(world);
}

function arrive(world: World, deliver: () => void): void {
  world.happens();
  world.attempt(deliver);
}

/** Checks an update as it leaves the process; answers what it is to whoever receives it. */
function showing(world: World, follower: Follower, { kind, stateId, facts }: Update<Facts>): () => void {
  const nowMs = world.clock.nowMs();
  world.attempt(() => {
    if (kind === 'status') return world.followers.checkDurable(world.watch.books, follower, facts, nowMs);
    const leftMs = 'holdExpiresAtMs' in facts ? facts.holdExpiresAtMs - nowMs : Number.POSITIVE_INFINITY;
    must(leftMs > 0 && leftMs <= WARNED_MS, 'live updates', follower.id, () => `is warned of ${leftMs} ms before the end`);
  });
  return () => {
    if (kind === 'status') follower.arrived({ stateId, facts });
    world.note(() => `  ${follower.userId} is shown ${follower.id}: ${kind} ${facts.status}`);
  };
}

/** For as long as anybody follows anything in this life of the process. */
function beginTicking(world: World): void {
  const { followers, process } = world;
  if (followers.tickedBy === process) return;
  followers.tickedBy = process;
  const tick = (): void => {
    followers.tick();
    if (followers.areOpen) process.timers.after(TICK_MS, tick);
    else followers.tickedBy = undefined;
  };
  process.timers.after(TICK_MS, tick);
}

/** Everybody whose connection broke opens another one. */
export function comeBackAll(world: World): void {
  for (const follower of world.followers.list) if (follower.stream === undefined && !follower.isOver) connect(world, follower);
}

export const FOLLOWING: readonly Action[] = [follow, lose, comeBack, spy];
