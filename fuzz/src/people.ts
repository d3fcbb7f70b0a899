import type { Platform } from '@traffic-tacos/platform';
import type { Tokens } from './tokens.ts';
import type { Person } from './world.ts';

type Answer = Readonly<Record<string, unknown>>;

/** Users who each have a hold, a cancelled reservation, and one that is paid for and confirmed. */
export async function peopleOf(platform: Platform, count: number, tokens: Tokens): Promise<readonly [Person, ...Person[]]> {
  const [first, ...rest] = await Promise.all(Array.from({ length: count }, (_, at) => personOf(platform, `fuzz-user-${at}`, tokens)));
  if (first === undefined) throw new StageNotSet('there must be somebody');
  return [first, ...rest];
}

/** Holds are short here, and a busy machine is slow: so many are tried. */
const MOST_HOLDS = 50;

async function personOf(platform: Platform, userId: string, tokens: Tokens): Promise<Person> {
  const sender = tokens.person(userId, 'user');
  const post = poster(platform, sender.authorization ?? '');
  const hold = async (key: string): Promise<string> =>
    String((await post('reservation', '/v1/reservations', { eventId: 'evt_fuzz_hall', quantity: 1, section: 'FLOOR' }, key))['reservationId']);
  /** Does something to a hold; to another one where that was over before. */
  const toHold = async <T>(key: string, act: (id: string) => Promise<T>): Promise<T> => {
    for (let tried = 1; ; tried++) {
      const id = await hold(`${key} ${tried}`);
      try {
        return await act(id);
      } catch (error) {
        if (!(error instanceof StageNotSet && error.isOver) || tried === MOST_HOLDS) throw error;
      }
    }
  };
  const { confirmed, intent } = await toHold('confirmed', async (id) => {
    const made = await post('payment', '/v1/payments/intents', { reservationId: id, amount: 500, currency: 'KRW' }, `intent of ${id}`);
    const paid = String(made['paymentIntentId']);
    await post('payment', `/v1/payments/intents/${paid}/process`, {});
    await post('reservation', `/v1/reservations/${id}/confirm`, { paymentIntentId: paid });
    return { confirmed: id, intent: paid };
  });
  const cancelled = await toHold('cancelled', async (id) => {
    await post('reservation', `/v1/reservations/${id}/cancel`, {});
    return id;
  });
  return { sender, confirmed, intent, order: confirmed.replace('rsv', 'ord'), cancelled, held: await hold('held') };
}

type Post = (service: 'reservation' | 'payment', path: string, body: Answer, key?: string) => Promise<Answer>;

function poster(platform: Platform, authorization: string): Post {
  return async (service, path, body, key) => {
    const headers = { authorization, 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) };
    const answer = await fetch(`${platform.addresses[service]}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const document: unknown = await answer.json();
    if (!answer.ok) throw new StageNotSet(`${path}: ${JSON.stringify(document)}`);
    return document as Answer;
  };
}

/** The platform refused what has to be there before the first case. */
export class StageNotSet extends Error {
  override readonly name = 'StageNotSet';

  /** It came too late for its hold. */
  get isOver(): boolean {
    return this.message.includes('RESERVATION_EXPIRED');
  }
}
