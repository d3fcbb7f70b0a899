import { PaymentService, readCallers, type RpcDefinition } from '@traffic-tacos/contracts';
import type { CreatePaymentIntentRequest } from '@traffic-tacos/contracts/proto/payment/v1/payment';
import { createErrorRegistry, ERROR_TABLE, type GrpcServerOptions, type GrpcService } from '@traffic-tacos/kit';
import { toldOf, withGrpcServer, type Sent, type TestGrpcServer, type ToldCall } from '@traffic-tacos/kit/testing';
import { PAYMENT_ERRORS } from '../src/errors.ts';
import { paymentWorld, type PaymentWorld } from './payment-world.ts';

export interface Asked {
  /** The user whose token the call carries; alice unless said otherwise, none for an empty text. */
  readonly as?: string;
  readonly role?: string;
  /** Sent as metadata. */
  readonly key?: string;
  readonly sent?: Sent;
  readonly deadlineMs?: number;
}

export const SERVICE: Asked = { as: 'gateway', role: 'service' };
export const ADMIN: Asked = { as: 'root', role: 'admin' };
export const STATUS_MODE: Asked = { sent: { 'x-error-mode': 'status' } };
export const TOTAL = { amount: 240_000, currency: 'KRW' };
export const NEVER = `pay_${'0'.repeat(26)}`;

export interface GrpcWorld extends PaymentWorld {
  readonly running: TestGrpcServer;
  /** Calls a method; what the request leaves out has its default. */
  ask<Request, Response>(method: RpcDefinition<Request, Response>, request: Partial<Request>, asked?: Asked): Promise<ToldCall<Response>>;
  /** Makes an intent of alice for a new reservation and answers its id. */
  intent(otherwise?: Partial<CreatePaymentIntentRequest>): Promise<string>;
}

/** Runs `body` against the methods of the service on a real gRPC server. */
export async function behindGrpc(
  body: (world: GrpcWorld) => Promise<void>,
  otherwise: Partial<GrpcServerOptions> = {},
  rpcsOf: (world: PaymentWorld) => readonly GrpcService[] = ({ service }) => service.rpcs,
  world: PaymentWorld = paymentWorld(),
): Promise<void> {
  const registry = createErrorRegistry(ERROR_TABLE, PAYMENT_ERRORS);
  await withGrpcServer({ services: rpcsOf(world), authz: readCallers(), registry, ...otherwise }, async (running) => {
    const ask: GrpcWorld['ask'] = async (method, request, asked = {}) => {
      const { as = 'alice', role, key, sent = {}, deadlineMs } = asked;
      const token = as === '' ? {} : { authorization: await running.bearer(as, role) };
      const metadata = { ...token, ...(key === undefined ? {} : { 'idempotency-key': key }), ...sent };
      return toldOf(await running.call(method, { ...method.requestDeserialize(Buffer.alloc(0)), ...request }, metadata, deadlineMs));
    };
    const intent: GrpcWorld['intent'] = async (request = {}) => {
      const whole = { reservationId: world.reserve(), amount: TOTAL, idempotencyKey: 'intent', ...request };
      return (await ask(PaymentService.createPaymentIntent, whole)).done().paymentIntentId;
    };
    await body({ ...world, running, ask, intent });
  });
}
