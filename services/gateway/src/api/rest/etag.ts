import type { EdgeReply, EdgeRequest } from '@traffic-tacos/kit';

type Body = Readonly<Record<string, unknown>>;

/** A body that many poll: shared caches may keep it for a second, and whoever has it already gets 304 without it. */
export function cacheableReply(request: EdgeRequest, tag: string, body: Body): EdgeReply {
  const headers = { 'cache-control': 'public, max-age=1', etag: `"${tag}"` };
  return hasAlready(request.header('if-none-match'), tag) ? { status: 304, headers } : { status: 200, body, isShared: true, headers };
}

/** Weak comparison (RFC 9110, 13.1.2): a cache that has compressed the body marks the tag with `W/`. */
function hasAlready(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((given) => [`"${tag}"`, `W/"${tag}"`, '*'].includes(given.trim()));
}
