import { CommandFailed } from '../command-failed.ts';
import { listIn, objectOf, textIn, type JsonObject } from './json-fields.ts';

const ANSWER_WITHIN_MS = 60_000;

export interface Question {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** How long the answer may take; a minute unless given. */
  readonly withinMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
  /** The wall time of whoever answered; ours where they did not say. */
  readonly serverMs: number;
}

/** One request of a command to a platform. Throws `CommandFailed` where nobody answers. */
export async function ask(url: string, { method = 'GET', token, body, withinMs = ANSWER_WITHIN_MS }: Question = {}): Promise<Answer> {
  const headers = {
    accept: 'application/json; case=snake',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const response = await fetch(url, {
    method, headers, signal: AbortSignal.timeout(withinMs), ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new CommandFailed(`Nobody answers at ${new URL(url).origin}. Start the platform with npm start; npx tacos doctor looks what is in the way.`, { cause });
  });
  return { status: response.status, body: parsed(await response.text()), serverMs: Number(response.headers.get('x-server-time') ?? Date.now()) };
}

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return objectOf(value);
  } catch {
    // Not ours: whatever it is, it has none of our fields.
    return {};
  }
}

/** What a refusal says, with each of its details on a line. */
export function refusalText({ status, body }: Pick<Answer, 'status' | 'body'>): string {
  const error = objectOf(body['error']);
  const details = listIn(error, 'details').map(objectOf);
  const code = textIn(error, 'code');
  const lines = details.map((detail) => `  ${[textIn(detail, 'field'), textIn(detail, 'reason')].filter((part) => part !== '').join(': ')}`);
  return [code === '' ? `answered ${status}` : `${code}: ${textIn(error, 'message')}`, ...lines].join('\n');
}
