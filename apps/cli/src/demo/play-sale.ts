import { tokenFor } from '../beside/operator-sign-in.ts';
import { CommandFailed } from '../command-failed.ts';
import { ask, refusalText } from '../http/ask.ts';
import type { JsonObject } from '../http/json-fields.ts';
import { createProgress } from '../terminal/progress.ts';
import { grouped, say } from '../terminal/say.ts';
import { drawBuyer, PLACES_WANTED_MAX, type Buyer } from './buyer.ts';
import { endWhenQuiet } from './end-sale.ts';
import { inParallel } from './in-parallel.ts';
import { Ledger } from './ledger.ts';
import { LineBook } from './line-book.ts';
import { Measures } from './measures.ts';
import { playBuyer } from './play-buyer.ts';
import { SaleClient } from './sale-client.ts';
import { demoEvent, type Sale, type SaleTerms } from './sale.ts';
import type { Stage } from './stage.ts';
import { hasWaitingRooms, watchRoom, type RoomSeen, type RoomWatch } from './watch-room.ts';

/** How great the sale is. */
export interface SaleSize {
  readonly users: number;
  readonly places: number;
  /** All arrive evenly within this time. */
  readonly arrivalMs: number;
  readonly seed: number;
  /** People a second whom the waiting room lets in, and the most who may be inside at once. */
  readonly perSecond: number;
  readonly ceiling: number;
  /** From the first arrival on, at least so long: who still waits when nothing is sold any more goes home. */
  readonly saleMs: number;
}

/** A sale that has been played. */
export interface PlayedSale extends Sale {
  readonly measures: Measures;
  /** From the first arrival until the last buyer was through. */
  readonly tookMs: number;
  /** Undefined where everybody came in at once. */
  readonly room: RoomSeen | undefined;
}

const SIGNED_AT_ONCE = 32;
const REDRAW_MS = 200;
const MAP_IS_FRESH_MS = 50;

/** Puts an event of its own, signs everybody in, and lets them compete. */
export async function playSale(stage: Stage, size: SaleSize): Promise<PlayedSale> {
  const { users, places, arrivalMs, seed } = size;
  const eventId = `evt_demo_${Date.now().toString(36)}`;
  const hasRoom = await hasWaitingRooms(stage);
  const buyers = await signEverybodyIn(stage, eventId, users, (number) => ({ seed, arrivesAtMs: (number * arrivalMs) / users }));
  const measures = new Measures();
  const client = new SaleClient(stage.addresses.gateway, measures);
  const nowMs = await clockOf(stage);
  const terms: SaleTerms = { places, purchaseLimit: PLACES_WANTED_MAX, room: hasRoom ? size : undefined };
  await putEvent(stage, eventId, terms);
  const sale = { client, eventId, hasRoom, line: new LineBook(), seatMap: sharedMap(client, eventId), ledger: new Ledger(), refund: await refunder(stage), nowMs };
  if (!hasRoom) say('This platform has no waiting room: everybody comes in at once · 대기실이 없는 플랫폼입니다');
  const watch = hasRoom ? await watchRoom(stage, eventId) : undefined;
  const stopEnding = hasRoom ? endWhenQuiet({ ledger: sale.ledger, atLeastMs: size.saleMs, end: () => endSale(stage, eventId, terms, nowMs()) }) : undefined;
  const startedMs = performance.now();
  const stopShowing = show(sale, measures, users, watch);
  await Promise.all(
    buyers.map(async (buyer) => {
      sale.ledger.add(await playBuyer(buyer, sale));
    }),
  );
  stopShowing();
  stopEnding?.();
  // It stays where it was played, and nobody is to buy from it afterwards. Where nobody answers any more, the look at what is left says so.
  await endSale(stage, eventId, terms, nowMs()).catch(() => undefined);
  return { ...sale, measures, tookMs: performance.now() - startedMs, room: await watch?.stop() };
}

async function putEvent({ addresses, sign }: Stage, eventId: string, terms: SaleTerms): Promise<void> {
  const token = await tokenFor(sign, 'demo-organizer', 'organizer');
  const answer = await ask(`${addresses.inventory}/v1/events/${eventId}`, { method: 'PUT', token, body: demoEvent(eventId, terms) });
  if (answer.status >= 300) throw new CommandFailed(`The event of the demo was refused. ${refusalText(answer)}`);
}

/** By the schedule of its waiting room; where that does not decide over the sale, by the event itself. */
async function endSale(stage: Stage, eventId: string, terms: SaleTerms, saleEndsAtMs: number): Promise<void> {
  const token = await tokenFor(stage.sign, 'demo-admin', 'admin');
  const { status } = await ask(`${stage.addresses.gateway}/api/v1/admin/queues/${eventId}/schedule`, { method: 'POST', token, body: { sale_ends_at: new Date(saleEndsAtMs).toISOString() } });
  if (status !== 200) await putEvent(stage, eventId, { ...terms, saleEndsAtMs });
}

type Drawing = (number: number) => { readonly seed: number; readonly arrivesAtMs: number };

async function signEverybodyIn({ sign }: Stage, eventId: string, users: number, drawing: Drawing): Promise<readonly Buyer[]> {
  const progress = createProgress('signing in', users);
  let signed = 0;
  const buyers = await inParallel(Array.from({ length: users }, (_, number) => number), SIGNED_AT_ONCE, async (number) => {
    const userId = `${eventId}-${number}`;
    const { seed, arrivesAtMs } = drawing(number);
    const token = await tokenFor(sign, userId, 'user');
    progress.update(++signed);
    return drawBuyer(seed, number, { userId, token, arrivesAtMs });
  });
  progress.stop();
  return buyers;
}

/** One page for thousands of people: a stranger's address may not ask as often as all of them would. */
function sharedMap(client: SaleClient, eventId: string): Sale['seatMap'] {
  let page: Promise<JsonObject> | undefined;
  let freshUntilMs = 0;
  return () => {
    const nowMs = performance.now();
    if (page === undefined || nowMs >= freshUntilMs) {
      freshUntilMs = nowMs + MAP_IS_FRESH_MS;
      page = client.call('look', { method: 'GET', path: `/api/v1/events/${eventId}/seats` }).then(({ body }) => body);
    }
    return page;
  };
}

async function refunder({ addresses, sign }: Stage): Promise<Sale['refund']> {
  const token = await tokenFor(sign, 'demo-operator', 'admin');
  return async (intentId) => (await ask(`${addresses.payment}/v1/payments/intents/${intentId}/refund`, { method: 'POST', token, body: {} })).status === 200;
}

/** The platform's now: its clock may differ from this process's. */
async function clockOf({ addresses }: Stage): Promise<() => number> {
  const response = await fetch(`${addresses.gateway}/version`);
  const offsetMs = Number(response.headers.get('x-server-time') ?? Date.now()) - Date.now();
  return () => Date.now() + offsetMs;
}

function show({ ledger, line }: Sale, measures: Measures, users: number, watch: RoomWatch | undefined): () => void {
  const progress = createProgress('on sale   ', users);
  const room = (): readonly string[] => (watch === undefined ? [] : [`in line ${grouped(line.inLine)}`, `inside ${grouped(watch.inside)}`]);
  const facts = (): readonly string[] => [
    ...room(), `requests ${grouped(measures.requests)}`, `holds ${grouped(ledger.holds)}`, `orders ${grouped(ledger.count('bought'))}`, `refused ${grouped(measures.refused)}`,
  ];
  const draw = (): void =>
    progress.update(ledger.done, `people through · ${facts().join(' · ')}`);
  const timer = setInterval(draw, REDRAW_MS);
  return () => {
    clearInterval(timer);
    draw();
    progress.stop();
  };
}
