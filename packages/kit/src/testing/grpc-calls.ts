import type { TestGrpcStream } from './grpc-client.ts';
import { Metadata, status, type Client, type MethodDefinition, type ServiceError } from '@grpc/grpc-js';
import { decodeRpcStatus, STATUS_DETAILS_KEY, type RpcStatusDetails } from '../grpc/rpc-status.ts';

/** Metadata of a call, by name. */
export type Sent = Readonly<Record<string, string>>;

/** How a call ended, as a plain grpc-js client sees it. */
export interface EndedCall<Response> {
  /** The name of the status. */
  readonly code: string;
  readonly message: string;
  readonly response: Response | undefined;
  readonly details: RpcStatusDetails | undefined;
  readonly trailers: Metadata;
}

export function metadataOf(sent: Sent): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(sent)) metadata.set(name, value);
  return metadata;
}

/** One unary call. `deadlineMs`: on the wall clock. */
export function callUnary<Request, Response>(
  client: Client,
  method: MethodDefinition<Request, Response>,
  request: Request,
  sent: Sent,
  deadlineMs: number,
): Promise<EndedCall<Response>> {
  return new Promise((resolve) => {
    const { path, requestSerialize, responseDeserialize } = method;
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadataOf(sent), { deadline: deadlineMs }, (error, response) =>
      resolve(error === null ? { code: 'OK', message: '', response, details: undefined, trailers: new Metadata() } : endedBy(error)),
    );
  });
}

/** One stream of responses. `deadlineMs`: on the wall clock. */
export function openStream<Request, Response>(client: Client, method: MethodDefinition<Request, Response>, request: Request, sent: Sent, deadlineMs: number): TestGrpcStream<Response> {
  const { path, requestSerialize, responseDeserialize } = method;
  const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadataOf(sent), { deadline: deadlineMs });
  const end = Promise.withResolvers<string>();
  stream.on('status', ({ code }) => end.resolve(status[code]));
  // What is wrong stands in the status.
  stream.on('error', () => stream.destroy());
  const messages = stream[Symbol.asyncIterator]() as AsyncIterator<Response>;
  return {
    next: async () => {
      try {
        const { value, done } = await messages.next();
        return done === true ? undefined : value;
      } catch (error) {
        if (error instanceof Error && 'code' in error) return undefined;
        throw error;
      }
    },
    ended: () => end.promise,
    cancel: () => stream.cancel(),
  };
}

export function endedBy<Response>(error: ServiceError): EndedCall<Response> {
  const encoded = error.metadata.get(STATUS_DETAILS_KEY)[0];
  return {
    code: status[error.code],
    message: error.details,
    response: undefined,
    details: Buffer.isBuffer(encoded) ? decodeRpcStatus(encoded) : undefined,
    trailers: error.metadata,
  };
}
