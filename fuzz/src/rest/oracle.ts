import type { ErrorRegistry } from '@traffic-tacos/kit';
import { problemOf, type RawReply } from '@traffic-tacos/kit/testing';
import type { ServiceName } from '@traffic-tacos/platform';
import type { Listed } from '@traffic-tacos/platform/testing';
import type { RestTarget } from '../case.ts';
import type { Secrets } from '../secrets.ts';
import { admissionOf } from './admission.ts';
import type { RestDraft } from './draft.ts';

/** Passwords are hashed a few at a time, and whoever comes while enough are waiting is told to come again. */
const MAY_BE_BUSY = /\/auth\/(?:login|register)$/;
/** Said of a request before its sender is looked at: it has no route, is too late, too large, or of a type that is not taken. */
const BEFORE_ADMISSION: ReadonlySet<number> = new Set([408, 413, 415, 431]);
/** The characters that a parameter may have: a longer one belongs to no route. */
const PARAMETER_CHARS = 256;
const CODE = /"code":"([A-Z_]+)"/;

export interface RestOracleDeps {
  readonly registry: ErrorRegistry;
  readonly secrets: Secrets;
  /** What the OpenAPI document of each service lists. */
  readonly listed: Readonly<Record<ServiceName, Listed>>;
}

/** What is wrong with an answer to this request, or undefined. */
export function wrongWithReply({ registry, secrets, listed }: RestOracleDeps, target: RestTarget, draft: RestDraft, bytes: Buffer, reply: RawReply): string | undefined {
  const { status, text } = reply;
  if (status === 503 && MAY_BE_BUSY.test(target.route.path)) return reply.headers['retry-after'] === undefined ? 'is busy and does not say for how long' : undefined;
  const problem = problemOf(reply, bytes, registry);
  if (problem !== undefined) return problem;
  if (/^text\/event-stream/.test(reply.headers['content-type'] ?? '')) {
    const wrong = wrongWithEvents(text);
    if (wrong !== undefined) return wrong;
  }
  const shown = secrets.inAnswer(text, draft.sender);
  if (shown !== undefined) return `shows a secret: ${shown}`;
  return draft.isOnRoute ? (wrongWithAdmission(target, draft, reply) ?? wrongWithListing(listed[target.service], target, reply)) : undefined;
}

const EVENT_LINE = /^(?:: ?.*|retry: \d+|id: [\x20-\x7e]*|event: [a-z_]+|data: \{.*\})$/;

/** A stream of events tells lines of the known fields, and data that is JSON. What is not whole yet is passed over. */
function wrongWithEvents(text: string): string | undefined {
  for (const block of text.split('\n\n').slice(0, -1)) {
    for (const line of block.split('\n')) {
      if (!EVENT_LINE.test(line)) return `tells an event with the line ${line.slice(0, 200)}`;
      if (line.startsWith('data: ') && !isJson(line.slice(6))) return `tells an event whose data is no JSON: ${line.slice(0, 200)}`;
    }
  }
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // What is wrong with it shows in the line.
    return false;
  }
}

/** Whoever is not let in gets 401 or 403, whichever of them says why, and learns nothing else of what is behind. */
function wrongWithAdmission({ route, service }: RestTarget, draft: RestDraft, { status, headers }: RawReply): string | undefined {
  const refusal = admissionOf(route.access, service, draft);
  if (refusal === undefined || status === refusal || BEFORE_ADMISSION.has(status)) return undefined;
  // The parser ends the connection with what it refuses.
  if (status === 400 && headers['connection'] === 'close') return undefined;
  if (status === 404 && draft.segments.some((segment) => segment.length > PARAMETER_CHARS)) return undefined;
  const { kind, name } = draft.sender;
  return status < 300 ? `lets in ${kind} ${name} where ${route.access} is demanded` : `answers ${status} to ${kind} ${name} where ${route.access} is demanded, and not ${refusal}`;
}

/** Exactly what the document lists for the operation may be answered; what it does not know is not there. */
function wrongWithListing(listed: Listed, { route: { method, path } }: RestTarget, { status, text }: RawReply): string | undefined {
  const operation = `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`;
  const answers = listed.get(operation);
  if (answers === undefined) return status >= 400 ? undefined : `answers ${status}, and its document does not know it`;
  const answer = status < 400 ? String(status) : `${status} ${CODE.exec(text)?.[1] ?? ''}`;
  return answers.has(answer) ? undefined : `answers ${answer}, which its document does not list`;
}
