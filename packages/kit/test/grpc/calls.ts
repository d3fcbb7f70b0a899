import { Client, credentials, type ChannelCredentials, type ClientReadableStream, type MethodDefinition } from '@grpc/grpc-js';
import { callUnary, metadataOf, type EndedCall, type Sent } from '../../src/testing/grpc-calls.ts';

export { endedBy, metadataOf, type EndedCall as Ended, type Sent } from '../../src/testing/grpc-calls.ts';

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

/** One unary call. `deadlineMs`: from now. */
export const call = <Request, Response>(
  client: Client,
  method: MethodDefinition<Request, Response>,
  request: Request,
  sent: Sent = {},
  deadlineMs = 30_000,
): Promise<EndedCall<Response>> => callUnary(client, method, request, sent, Date.now() + deadlineMs);

export function open<Request, Response>(
  client: Client,
  method: MethodDefinition<Request, Response>,
  request: Request,
  sent: Sent = {},
): ClientReadableStream<Response> {
  return client.makeServerStreamRequest(method.path, method.requestSerialize, method.responseDeserialize, request, metadataOf(sent));
}
