import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Server } from '@grpc/grpc-js';
import { invariant } from '@traffic-tacos/kernel';

/** What the library calls its check of a call's headers; it hears of every stream first. */
const CHECK = '_verifyContentType';

/** False: the stream is answered already, and nothing is decided for it. */
export type CheckStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => boolean;

/** Looks at each stream after the library's own check and those added before. grpc-js has no other place that comes ahead of a call. */
export function addStreamCheck(server: Server, check: CheckStream): void {
  const earlier = Reflect.get(server, CHECK) as CheckStream | undefined;
  invariant(earlier !== undefined, 'grpc-js checks headers elsewhere than it did');
  const both: CheckStream = (stream, headers) => earlier.call(server, stream, headers) && check(stream, headers);
  Reflect.set(server, CHECK, both);
}
