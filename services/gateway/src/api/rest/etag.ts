import { hash } from 'node:crypto';
import type { EdgeReply, EdgeRequest } from '@traffic-tacos/kit';

type Body = Readonly<Record<string, unknown>>;

/** Names the content of a body: equal content has an equal name, whichever process answers. 128 bits as text. */
export const contentName = (body: unknown): string => hash('sha256', JSON.stringify(body), 'base64url').slice(0, 22);

/** A body that many poll: shared caches may keep it for a second, and whoever has it already gets 304 without it. */
export function cacheableReply(request: EdgeRequest, body: Body, name = contentName(body)): EdgeReply {
  const headers = { 'cache-control': 'public, max-age=1', etag: `"${name}"` };
  return hasAlready(request.header('if-none-match'), name) ? { status: 304, headers } : { status: 200, body, headers };
}

/** Weak comparison (RFC 9110, 13.1.2): a cache that has compressed the body marks the tag with `W/`. */
function hasAlready(ifNoneMatch: string | undefined, name: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((given) => {
    const tag = given.trim();
    return tag === '*' || tag === `"${name}"` || tag === `W/"${name}"`;
  });
}
