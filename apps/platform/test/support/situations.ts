import assert from 'node:assert/strict';
import { until, type Client } from '@traffic-tacos/platform/testing';

const NEVER = '0'.repeat(26);
const IN_POOL = { eventId: 'evt_1', section: 'FLOOR', quantity: 1 };

/** Things in the states that lines of the table name, each made anew for its line: `$HELD`, `$CONFIRMED.intent`… */
export class Situations {
  readonly #client: Client;
  readonly #made = new Map<string, Promise<Readonly<Record<string, string>>>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** The text with every name replaced. */
  async fill(text: string): Promise<string> {
    const names = [...new Set([...text.matchAll(/\$[A-Z_]+/g)].map(([name]) => name))];
    let filled = text;
    for (const name of names) {
      const facts = await this.#make(name);
      filled = filled.replaceAll(new RegExp(`\\${name}(?:\\.(\\w+))?(?![A-Z_])`, 'g'), (_, member: string | undefined) => facts[member ?? 'id'] ?? assert.fail(name));
    }
    return filled;
  }

  #make(name: string): Promise<Readonly<Record<string, string>>> {
    const made = this.#made.get(name) ?? this.#begin(name);
    this.#made.set(name, made);
    return made;
  }

  async #begin(name: string): Promise<Readonly<Record<string, string>>> {
    switch (name) {
      case '$NO_RESERVATION':
        return { id: `rsv_${NEVER}` };
      case '$NO_PAYMENT':
        return { id: `pay_${NEVER}` };
      case '$NO_ORDER':
        return { id: `ord_${NEVER}` };
      case '$LARGE':
        return { id: JSON.stringify({ text: 'x'.repeat(70_000) }) };
      case '$NAME':
        return { id: `n${crypto.randomUUID().slice(0, 8)}` };
      case '$ACCOUNT':
        return this.#account();
      case '$HELD':
        return this.#held();
      case '$CANCELLED':
        return this.#ended(async ({ id = '' }) => this.#client.cancel(id));
      case '$CONFIRMED':
        return this.#confirmed();
      case '$OVER':
        return this.#over();
      case '$PENDING':
        return this.#intent('DELAY');
      case '$SPENT':
        return this.#crowded();
      case '$WAITING':
        return this.#waiting('evt_later_queue');
      case '$CALLED':
        return this.#called();
      case '$LEFT':
        return this.#left();
      case '$DRAWN':
        return this.#drawn();
      default:
        return assert.fail(`no situation is called ${name}`);
    }
  }

  async #account(): Promise<Readonly<Record<string, string>>> {
    const id = `a${crypto.randomUUID().slice(0, 8)}`;
    const { status } = await this.#client.post('gateway', '/api/v1/auth/register', { body: { username: id, password: 'correct horse' } });
    assert.equal(status, 201);
    return { id };
  }

  async #held(): Promise<Readonly<Record<string, string>>> {
    const { status, body, text } = await this.#client.post('reservation', '/v1/reservations', { key: crypto.randomUUID(), body: IN_POOL });
    assert.equal(status, 201, text);
    return { id: String(body['reservationId']) };
  }

  async #ended(end: (held: Readonly<Record<string, string>>) => Promise<{ readonly status: number; readonly text: string }>): Promise<Readonly<Record<string, string>>> {
    const held = await this.#held();
    const { status, text } = await end(held);
    assert.equal(status, 200, text);
    return held;
  }

  async #confirmed(): Promise<Readonly<Record<string, string>>> {
    const { id = '' } = await this.#held();
    const intent = await this.#client.pay(id, 500);
    const { status, body, text } = await this.#client.confirm(id, intent);
    assert.equal(status, 200, text);
    return { id, intent, order: String(body['orderId']) };
  }

  /** Of the platform whose holds last for a moment. */
  async #over(): Promise<Readonly<Record<string, string>>> {
    const held = await this.#held();
    await until(() => this.#client.get('reservation', `/v1/reservations/${held['id'] ?? ''}`), ({ body }) => body['status'] === 'EXPIRED');
    return held;
  }

  async #intent(scenario: string): Promise<Readonly<Record<string, string>>> {
    const { id: reservation = '' } = await this.#held();
    const body = { reservationId: reservation, amount: 500, currency: 'KRW', scenario };
    const made = await this.#client.post('payment', '/v1/payments/intents', { key: crypto.randomUUID(), body });
    assert.equal(made.status, 201, made.text);
    return { id: String(made.body['paymentIntentId']), reservation };
  }

  /** Somebody who waits. */
  async #waiting(eventId: string): Promise<Readonly<Record<string, string>>> {
    const { status, body, text } = await this.#client.post('gateway', '/api/v1/queue/join', { body: { event_id: eventId } });
    assert.equal(status, 202, text);
    return { id: String(body['waiting_token']) };
  }

  /** Somebody whose turn it is. */
  async #called(): Promise<Readonly<Record<string, string>>> {
    const place = await this.#waiting('evt_queue');
    await until(() => this.#client.get('gateway', `/api/v1/queue/status?token=${place['id'] ?? ''}`), ({ body }) => body['ready_for_entry'] === true);
    return place;
  }

  async #left(): Promise<Readonly<Record<string, string>>> {
    const place = await this.#waiting('evt_later_queue');
    await this.#client.call('gateway', 'DELETE', `/api/v1/queue/leave?token=${place['id'] ?? ''}`);
    return place;
  }

  /** An event whose draw was held. */
  async #drawn(): Promise<Readonly<Record<string, string>>> {
    await this.#waiting('evt_draw');
    await until(() => this.#client.get('gateway', '/api/v1/queue/draw?event_id=evt_draw'), ({ body }) => body['seed'] !== undefined);
    return { id: 'evt_draw' };
  }

  /** A reservation with as many intents as it may have. */
  async #crowded(): Promise<Readonly<Record<string, string>>> {
    const held = await this.#held();
    const body = { reservationId: held['id'], amount: 500, currency: 'KRW', scenario: 'TIMEOUT' };
    for (let i = 0; i < 20; i++) await this.#client.post('payment', '/v1/payments/intents', { key: crypto.randomUUID(), body });
    return held;
  }
}
