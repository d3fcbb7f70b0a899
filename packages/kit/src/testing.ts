/** For tests of services: an issuer in memory, a server in a line, and a fuzzer that every service must stand. */
export type { EndedCall, Sent } from './testing/grpc-calls.ts';
export { connectGrpc, type ReflectionVersion, type TestGrpcClient, type TestGrpcStream } from './testing/grpc-client.ts';
export { declaredRoutes } from './testing/declared-routes.ts';
export { openSocket, type TestSocket } from './testing/web-socket.ts';
export { openEvents, type ReceivedEvent, type TestEventSource } from './testing/event-source.ts';
export { freePort } from './testing/free-port.ts';
export { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from './testing/otlp-receiver.ts';
export { rawRequest, type RawReply } from './testing/raw-request.ts';
export { fuzzServer, problemOf, routeFuzz, type RouteFuzzOptions } from './testing/route-fuzz.ts';
export { createTestIssuer, type TestIssuer, type TestToken } from './testing/test-issuer.ts';
export { withTlsFiles, type TlsFiles } from './testing/tls-files.ts';
export { toldOf, type ToldCall } from './testing/told-call.ts';
export { withServer, type TestServer } from './testing/with-server.ts';
export { withGrpcServer, type TestGrpcServer, type TestGrpcServerOptions } from './testing/with-grpc-server.ts';
