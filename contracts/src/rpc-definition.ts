import { decodeMessage, encodeMessage, type GeneratedMessage } from './codec.ts';

/** One method in the form that @grpc/grpc-js takes, for a server as for a client. */
export interface RpcDefinition<Request, Response, RequestStream extends boolean = boolean, ResponseStream extends boolean = boolean> {
  /** `/package.Service/Method`, as it stands in the request. */
  readonly path: string;
  readonly requestStream: RequestStream;
  readonly responseStream: ResponseStream;
  /** The method's name as the .proto file spells it. */
  readonly originalName: string;
  readonly requestSerialize: (request: Request) => Buffer;
  /** Throws `MalformedMessage`. */
  readonly requestDeserialize: (bytes: Buffer) => Request;
  readonly responseSerialize: (response: Response) => Buffer;
  /** Throws `MalformedMessage`. */
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

/** The methods of a service by their names with a small first letter (`reserveSeat`). */
export type RpcDefinitions<Service extends GeneratedService> = {
  readonly [Name in keyof Service['methods']]: RpcDefinition<
    MessageOf<Service['methods'][Name]['requestType']>,
    MessageOf<Service['methods'][Name]['responseType']>,
    Service['methods'][Name]['requestStream'],
    Service['methods'][Name]['responseStream']
  >;
};

/** The message that a method takes. */
export type RequestOf<Rpc> = Rpc extends { readonly requestSerialize: (request: infer Request) => Buffer } ? Request : never;
/** The message that a method answers, or each of them where it streams. */
export type ResponseOf<Rpc> = Rpc extends { readonly responseSerialize: (response: infer Response) => Buffer } ? Response : never;

type MessageOf<Type> = Type extends GeneratedMessage<infer Message> ? Message : never;

interface GeneratedMethod {
  readonly name: string;
  readonly requestType: GeneratedMessage<unknown>;
  readonly requestStream: boolean;
  readonly responseType: GeneratedMessage<unknown>;
  readonly responseStream: boolean;
}

/** A service as the generated code describes it. */
interface GeneratedService {
  readonly fullName: string;
  readonly methods: Readonly<Record<string, GeneratedMethod>>;
}

/** The methods of a generated service, ready for grpc-js. */
export function rpcDefinitions<Service extends GeneratedService>(service: Service): RpcDefinitions<Service> {
  const methods = Object.entries(service.methods).map(([name, method]) => [name, rpcDefinition(service.fullName, method)]);
  return Object.fromEntries(methods) as RpcDefinitions<Service>;
}

function rpcDefinition(service: string, method: GeneratedMethod): RpcDefinition<unknown, unknown> {
  const { name, requestType, requestStream, responseType, responseStream } = method;
  return {
    path: `/${service}/${name}`,
    requestStream,
    responseStream,
    originalName: name,
    requestSerialize: (request) => encodeMessage(requestType, request),
    requestDeserialize: (bytes) => decodeMessage(requestType, bytes),
    responseSerialize: (response) => encodeMessage(responseType, response),
    responseDeserialize: (bytes) => decodeMessage(responseType, bytes),
  };
}
