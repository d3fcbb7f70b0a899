import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { ServiceName } from '../options.ts';
import type { Platform } from '../platform.ts';
import { until } from './until.ts';

/** Sockets of all clients of one process together: more requests than that wait on this side. */
const SOCKETS = 1_000;

/** An answer over HTTP. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Call {
  readonly body?: unknown;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The sockets that the clients of one platform share. */
export const createAgent = (): Agent => new Agent({ keepAlive: true, maxSockets: SOCKETS, scheduling: 'fifo' });

/** Calls a platform over HTTP as one user. */
export class Client {
  readonly #platform: Pick<Platform, 'addresses'>;
  readonly #token: string | undefined;
  readonly #agent: Agent;

  constructor(platform: Pick<Platform, 'addresses'>, agent: Agent, token?: string) {
    this.#platform = platform;
    this.#agent = agent;
    this.#token = token;
  }

  get = (service: ServiceName, path: string): Promise<Answer> => this.call(service, 'GET', path);
  post = (service: ServiceName, path: string, call: Call = {}): Promise<Answer> => this.call(service, 'POST', path, call);

  async call(service: ServiceName, method: string, path: string, { body, key, headers }: Call = {}): Promise<Answer> {
    const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        method,
        agent: this.#agent,
        headers: {
          ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
          ...(sent === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(sent)) }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...headers,
        },
      };
      request(`${this.#platform.addresses[service]}${path}`, options, resolve).on('error', reject).end(sent);
    });
    const chunks: Buffer[] = await response.toArray();
    const text = Buffer.concat(chunks).toString('utf8');
    return { status: response.statusCode ?? 0, body: text.startsWith('{') ? JSON.parse(text) : {}, text, headers: response.headers };
  }

  /** Holds seats of an event; answers the reservation's id too. */
  async hold(eventId: string, seatIds: readonly string[], key: string = crypto.randomUUID()): Promise<Answer & { readonly id: string }> {
    const answer = await this.post('reservation', '/v1/reservations', { key, body: { eventId, seatIds } });
    return { ...answer, id: String(answer.body['reservationId']) };
  }

  /** Begins a payment for a reservation; with the scenario `DELAY` it has no result until it is hurried. */
  async intent(reservationId: string, amount: number, scenario = 'APPROVE'): Promise<string> {
    const body = { reservation_id: reservationId, amount, currency: 'KRW', scenario };
    const made = await this.post('gateway', '/api/v1/payments/intent', { key: crypto.randomUUID(), body });
    return String(made.body['payment_intent_id']);
  }

  /** Makes a payment for a reservation and waits until it has its result. */
  async pay(reservationId: string, amount: number, scenario = 'APPROVE'): Promise<string> {
    const intentId = await this.intent(reservationId, amount, scenario);
    await this.post('gateway', '/api/v1/payments/process', { body: { payment_intent_id: intentId } });
    return intentId;
  }

  /** Holds a seat for as long as any test takes, also where holds are short: again and again, until it is also extended in time. */
  async holdForLong(eventId: string, seatId: string): Promise<string> {
    const held = await until(
      async () => {
        const { id, status } = await this.hold(eventId, [seatId]);
        return status === 201 ? { id, extended: await this.post('reservation', `/v1/reservations/${id}/extend`, { body: { extensionSeconds: 60 } }) } : undefined;
      },
      (answer) => answer?.extended.status === 200,
    );
    return held?.id ?? '';
  }

  /** Holds a seat and begins its payment before the hold ends, also where holds are short. The payment has no result until it is hurried. */
  beginPayment = (eventId: string, seatId: string, amount: number): Promise<{ readonly id: string; readonly intentId: string }> =>
    until(
      async () => {
        const { id } = await this.hold(eventId, [seatId]);
        return { id, intentId: await this.intent(id, amount, 'DELAY') };
      },
      ({ intentId }) => intentId.startsWith('pay_'),
    );

  confirm = (reservationId: string, paymentIntentId: string): Promise<Answer> =>
    this.post('reservation', `/v1/reservations/${reservationId}/confirm`, { body: { paymentIntentId } });

  cancel = (reservationId: string): Promise<Answer> => this.post('reservation', `/v1/reservations/${reservationId}/cancel`);
}

/** The code of a refusal; undefined in an answer that is none. */
export const codeOf = ({ body }: Answer): unknown => (body['error'] as { readonly code?: unknown } | undefined)?.code;
