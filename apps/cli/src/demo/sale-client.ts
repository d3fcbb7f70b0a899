import { Agent, request as open } from 'node:http';
import { errorCodeIn, objectOf, type JsonObject } from '../http/json-fields.ts';
import type { Measures, Step } from './measures.ts';

/** Everybody's requests go over so many connections; who finds none free waits, and the wait counts as part of the answer. */
export const CONNECTIONS = 128;
const ANSWER_WITHIN_MS = 30_000;

export interface SaleRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly token?: string;
  readonly key?: string;
  readonly body?: unknown;
}

/** `status` is 0 where no answer came. */
export interface SaleAnswer {
  readonly status: number;
  /** The refusal's code; empty where nothing was refused. */
  readonly code: string;
  readonly body: JsonObject;
}

/** Real HTTP for thousands of buyers: connections that stay open, and every answer measured. */
export class SaleClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, maxFreeSockets: CONNECTIONS });
  readonly #baseUrl: URL;
  readonly #measures: Measures;

  constructor(gatewayUrl: string, measures: Measures) {
    this.#baseUrl = new URL(gatewayUrl);
    this.#measures = measures;
  }

  async call(step: Step, request: SaleRequest): Promise<SaleAnswer> {
    const startedMs = performance.now();
    const answer = await this.#send(request).catch((error: unknown) => ({ status: 0, code: `NO_ANSWER (${reasonOf(error)})`, body: {} }));
    this.#measures.add(step, performance.now() - startedMs, answer.status, answer.code);
    return answer;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** A connection may have been closed at the other end in the very moment in which it is used again: what only reads is asked once more. */
  async #send(request: SaleRequest): Promise<SaleAnswer> {
    try {
      return await this.#sendOnce(request);
    } catch (error) {
      if (request.method !== 'GET' || reasonOf(error) !== 'ECONNRESET') throw error;
      return this.#sendOnce(request);
    }
  }

  #sendOnce({ method, path, token, key, body }: SaleRequest): Promise<SaleAnswer> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': payload.length }),
    };
    const { hostname, port } = this.#baseUrl;
    return new Promise((resolve, reject) => {
      const sent = open({ agent: this.#agent, hostname, port, method, path, headers, timeout: ANSWER_WITHIN_MS }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve(answerOf(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8'))));
      });
      sent.on('timeout', () => sent.destroy(new NoAnswer(`none within ${ANSWER_WITHIN_MS} ms`)));
      sent.on('error', reject);
      sent.end(payload);
    });
  }
}

class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

function answerOf(status: number, text: string): SaleAnswer {
  const parsed: unknown = JSON.parse(text);
  const body = objectOf(parsed);
  return { status, code: errorCodeIn(body), body };
}

const reasonOf = (error: unknown): string => {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
};
