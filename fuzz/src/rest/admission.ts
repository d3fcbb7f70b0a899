import type { Access } from '@traffic-tacos/kit';
import type { ServiceName } from '@traffic-tacos/platform';
import type { RestDraft } from './draft.ts';

/** 401: nobody is known. 403: somebody is, who may not do this. Undefined: let in. */
export type RefusedWith = 401 | 403 | undefined;

const BEARER = /^Bearer\b/i;
/** A request that says that it was forwarded comes from anywhere. */
const FORWARDED = /^(?:forwarded|x-forwarded-for|x-real-ip)$/i;

/** How a route of that access must receive the sender of this request, by the table of accesses alone. */
export function admissionOf(access: Access, service: ServiceName, { sender, headers }: RestDraft): RefusedWith {
  if (access === 'anyone') return undefined;
  const isLocal = access === 'operator' && !headers.some(([name]) => FORWARDED.test(name));
  if (!BEARER.test(sender.authorization ?? '')) return access === 'optional' || isLocal ? undefined : 401;
  if (sender.kind === 'forged' || (sender.kind === 'service' && sender.audience !== service)) return 401;
  return isLocal || mayEnter(access, sender.kind) ? undefined : 403;
}

/** Services act for users over gRPC, where they name them; over REST they are let in only where it says so. */
function mayEnter(access: Access, kind: RestDraft['sender']['kind']): boolean {
  switch (access) {
    case 'anyone':
      return true;
    case 'optional':
    case 'user':
      return kind !== 'service';
    case 'organizer':
      return kind === 'organizer' || kind === 'admin';
    case 'admin':
    case 'operator':
      return kind === 'admin';
    case 'service':
      return kind === 'service';
    case 'service_or_admin':
      return kind === 'service' || kind === 'admin';
  }
}
