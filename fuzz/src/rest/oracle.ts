import type { Access, ErrorRegistry } from '@traffic-tacos/kit';
import { problemOf, type RawReply } from '@traffic-tacos/kit/testing';
import type { RestTarget } from '../case.ts';
import type { Secrets } from '../secrets.ts';
import type { Sender } from '../world.ts';
import type { RestDraft } from './draft.ts';

/** Passwords are hashed a few at a time, and whoever comes while enough are waiting is told to come again. */
const MAY_BE_BUSY = /\/auth\/(?:login|register)$/;

export interface RestOracleDeps {
  readonly registry: ErrorRegistry;
  readonly secrets: Secrets;
}

/** What is wrong with an answer to this request, or undefined. */
export function wrongWithReply({ registry, secrets }: RestOracleDeps, { route }: RestTarget, draft: RestDraft, bytes: Buffer, reply: RawReply): string | undefined {
  const { status, text } = reply;
  if (status === 503 && MAY_BE_BUSY.test(route.path)) return reply.headers['retry-after'] === undefined ? 'is busy and does not say for how long' : undefined;
  const problem = problemOf(reply, bytes, registry);
  if (problem !== undefined) return problem;
  const shown = secrets.inAnswer(text, draft.sender);
  if (shown !== undefined) return `shows a secret: ${shown}`;
  if (status < 300 && draft.isOnRoute && !mayEnter(route.access, draft.sender)) return `lets in ${draft.sender.kind} ${draft.sender.name} where ${route.access} is demanded`;
  return undefined;
}

/** Whether this sender may be let in. Everybody here comes from the machine itself, as operators do. */
function mayEnter(access: Access, { kind }: Sender): boolean {
  switch (access) {
    case 'anyone':
    case 'operator':
      return true;
    case 'optional':
      return kind !== 'forged';
    case 'user':
      return kind !== 'forged' && kind !== 'nobody';
    case 'organizer':
      return kind === 'organizer' || kind === 'admin';
    case 'admin':
      return kind === 'admin';
    case 'service':
      return kind === 'service';
    case 'service_or_admin':
      return kind === 'service' || kind === 'admin';
  }
}
