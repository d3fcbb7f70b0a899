import { Client, credentials, Metadata, status, type ChannelCredentials, type ClientReadableStream, type ServiceError } from '@grpc/grpc-js';
import type { MethodDefinition } from '@grpc/grpc-js';
import { decodeRpcStatus, STATUS_DETAILS_KEY, type RpcStatusDetails } from '../../src/grpc/rpc-status.ts';

export type Sent = Readonly<Record<string, string>>;

/** How a call ended, as a plain grpc-js client sees it. */
export interface Ended<Response> {
  /** The name of the status. */
  readonly code: string;
  readonly message: string;
  readonly response: Response | undefined;
  readonly details: RpcStatusDetails | undefined;
  readonly trailers: Metadata;
}

/** Runs `body` with a client of its own, and closes it whatever happens. */
export async function withClient<T>(
  address: string,
  body: (client: Client) => Promise<T>,
  channel: ChannelCredentials = credentials.createInsecure(),
  options: Readonly<Record<string, string | number>> = {},
): Promise<T> {
  const client = new Client(address, channel, { 'grpc.enable_retries': 0, 'grpc.use_local_subchannel_pool': 1, ...options });
  try {
    return await body(client);
  } finally {
    client.close();
  }
}

export function metadataOf(sent: Sent): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(sent)) metadata.set(name, value);
  return metadata;
}

/** One unary call. `deadlineMs`: from now. */
export function call<Request, Response>(
  client: Client,
  method: MethodDefinition<Request, Response>,
  request: Request,
  sent: Sent = {},
  deadlineMs = 10_000,
): Promise<Ended<Response>> {
  return new Promise((resolve) => {
    const { path, requestSerialize, responseDeserialize } = method;
    const options = { deadline: Date.now() + deadlineMs };
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadataOf(sent), options, (error, response) =>
      resolve(error === null ? { code: 'OK', message: '', response, details: undefined, trailers: new Metadata() } : endedBy(error)),
    );
  });
}

export function endedBy<Response>(error: ServiceError): Ended<Response> {
  const encoded = error.metadata.get(STATUS_DETAILS_KEY)[0];
  return {
    code: status[error.code],
    message: error.details,
    response: undefined,
    details: Buffer.isBuffer(encoded) ? decodeRpcStatus(encoded) : undefined,
    trailers: error.metadata,
  };
}

export function open<Request, Response>(
  client: Client,
  method: MethodDefinition<Request, Response>,
  request: Request,
  sent: Sent = {},
): ClientReadableStream<Response> {
  return client.makeServerStreamRequest(method.path, method.requestSerialize, method.responseDeserialize, request, metadataOf(sent));
}
