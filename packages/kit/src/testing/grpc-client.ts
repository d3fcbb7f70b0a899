import { Client, credentials, type MethodDefinition } from '@grpc/grpc-js';
import { builtinProtos } from '../grpc/builtin-protos.ts';
import { definitionsOf } from '../grpc/described-methods.ts';
import { createSystemClock } from '../time/system-time.ts';
import { callUnary, openStream, type EndedCall, type Sent } from './grpc-calls.ts';

/** The two published versions of reflection. */
export type ReflectionVersion = 'v1' | 'v1alpha';

/** A stream of responses, read one by one. */
export interface TestGrpcStream<Response> {
  /** The next one; undefined at the end. */
  next(): Promise<Response | undefined>;
  /** The name of the status that it has ended with. */
  ended(): Promise<string>;
  cancel(): void;
}

/** A plain client of a gRPC port that is open already. */
export interface TestGrpcClient {
  /** Opens a stream of responses. */
  stream<Request, Response>(method: MethodDefinition<Request, Response>, request: Request, sent?: Sent): TestGrpcStream<Response>;
  call<Request, Response>(method: MethodDefinition<Request, Response>, request: Request, sent?: Sent): Promise<EndedCall<Response>>;
  /** `1` while the service can work. */
  health(service: string): Promise<EndedCall<{ readonly status: number }>>;
  /** The services that reflection lists. */
  services(version: ReflectionVersion): Promise<readonly string[]>;
  /** The serialised file that declares a symbol, and all that it rests on. */
  filesWith(version: ReflectionVersion, symbol: string): Promise<readonly Uint8Array[]>;
  close(): void;
}

interface Question {
  readonly messageRequest: { readonly case: 'listServices' | 'fileContainingSymbol'; readonly value: string };
}

interface Answer {
  readonly messageResponse: {
    readonly value?: {
      readonly service?: readonly { readonly name: string }[];
      readonly fileDescriptorProto?: readonly Uint8Array[];
    };
  };
}

const WITHIN_MS = 60_000;

export function connectGrpc(address: string): TestGrpcClient {
  const clock = createSystemClock();
  const client = new Client(address, credentials.createInsecure(), { 'grpc.enable_retries': 0, 'grpc.use_local_subchannel_pool': 1 });
  const definitions = definitionsOf(builtinProtos());
  const check = definitions.method<{ readonly service: string }, { readonly status: number }>('grpc.health.v1.Health', 'Check');
  const call: TestGrpcClient['call'] = (method, request, sent = {}) => callUnary(client, method, request, sent, clock.wallMs() + WITHIN_MS);
  const ask = async (version: ReflectionVersion, question: Question): Promise<Answer['messageResponse']['value']> => {
    const method = definitions.method<Question, Answer>(`grpc.reflection.${version}.ServerReflection`, 'ServerReflectionInfo');
    const stream = client.makeBidiStreamRequest(method.path, method.requestSerialize, method.responseDeserialize);
    stream.write(question);
    stream.end();
    const [answer]: Answer[] = await stream.toArray();
    return answer?.messageResponse.value;
  };
  return {
    call,
    stream: (method, request, sent = {}) => openStream(client, method, request, sent, clock.wallMs() + WITHIN_MS),
    health: (service) => call(check, { service }),
    services: async (version) => {
      const answer = await ask(version, { messageRequest: { case: 'listServices', value: '*' } });
      return (answer?.service ?? []).map(({ name }) => name);
    },
    filesWith: async (version, symbol) => (await ask(version, { messageRequest: { case: 'fileContainingSymbol', value: symbol } }))?.fileDescriptorProto ?? [],
    close: () => client.close(),
  };
}
