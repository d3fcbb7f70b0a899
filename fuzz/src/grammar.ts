import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { readCallers, readDescriptorSet } from '@traffic-tacos/contracts';
import { present } from '@traffic-tacos/kernel';
import type { Route } from '@traffic-tacos/kit';
import { SERVICE_NAMES, type GrpcServiceName, type Platform } from '@traffic-tacos/platform';
import type { Grammar, RestTarget, RpcTarget, SocketTarget, Target } from './case.ts';
import { REST_MUTATIONS } from './rest/mutations.ts';
import { RPC_MUTATIONS } from './rpc/mutations.ts';
import { SOCKET_MUTATIONS } from './socket/mutations.ts';

/** Which part of the platform's surface is asked: what goes over HTTP/1, sockets among it; sockets alone; calls; or all of it. */
export type Only = Target['surface'] | 'both';

/** Of 100 cases that begin with one request, so many are calls. */
const RPC_PERCENT = 22;
/** For each hundred requests over HTTP there are so many conversations over a WebSocket, each of which says some ten messages. */
const SOCKET_PERCENT = 3;

/** Routes of every port, besides those of its service. */
const BUILTIN = ['/health', '/readyz', '/info', '/version', '/metrics', '/actuator/prometheus', '/nothing/here'];

const open = (path: string): Route => ({ method: 'GET', path, access: path.includes('metrics') ? 'operator' : 'anyone', summary: '', handle: () => ({ status: 200 }) });

/** Everything that the platform answers, and what belongs together. */
export function grammarOf(platform: Pick<Platform, 'routes' | 'rpcs' | 'sockets'>, only: Only): Grammar {
  const rest = only === 'rpc' || only === 'socket' ? [] : restTargets(platform);
  const rpc = only === 'rest' || only === 'socket' ? [] : rpcTargets(platform, sumOf(rest));
  const sockets = only === 'rpc' ? [] : socketTargets(platform, sumOf(rest));
  const targets = [...rest, ...rpc, ...sockets];
  const names = new Set(targets.map(({ name }) => name));
  return {
    targets,
    flows: FLOWS.map((flow) => flow.filter((name) => names.has(name))).filter((flow) => flow.length > 1),
    mutations: { rest: weightsOf(REST_MUTATIONS), rpc: weightsOf(RPC_MUTATIONS), socket: weightsOf(SOCKET_MUTATIONS) },
  };
}

function socketTargets({ sockets }: Pick<Platform, 'sockets'>, restWeight: number): readonly SocketTarget[] {
  if (sockets === undefined) return [];
  const weight = Math.max(1, Math.round((restWeight * SOCKET_PERCENT) / 100));
  return [{ surface: 'socket', name: `WS gateway ${sockets.path}`, service: 'gateway', path: sockets.path, topics: Object.keys(sockets.topics), weight }];
}

function restTargets({ routes }: Pick<Platform, 'routes'>): readonly RestTarget[] {
  return SERVICE_NAMES.flatMap((service) => {
    const target = (route: Route, weight: number): RestTarget => ({ surface: 'rest', name: `${route.method} ${service} ${route.path}`, service, route, weight });
    return [...routes[service].map((route) => target(route, weightOf(route))), ...BUILTIN.map((path) => target(open(path), path.includes('metrics') || path.includes('prom') ? 1 : 6))];
  });
}

/** A password takes as long as a thousand other requests, a walk over all records as long as there are records, and reports are long. */
function weightOf({ method, path }: Route): number {
  if (/\/(?:auth\/(?:login|register)|admin\/(?:reconcile|audit))$/.test(path)) return 3;
  if (method === 'POST' && /\/(?:reservations|intents?)$/.test(path)) return 300;
  return method === 'PUT' || path.endsWith('/events') || path.endsWith('/seats') ? 40 : 100;
}

const sumOf = (targets: readonly Target[]): number => targets.reduce((sum, { weight }) => sum + weight, 0);

function rpcTargets({ rpcs }: Pick<Platform, 'rpcs'>, restWeight: number): readonly RpcTarget[] {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readDescriptorSet()));
  const callers = readCallers();
  const served = Object.entries(rpcs).flatMap(([port, services]) => services.flatMap((of) => of.methods.map((method) => ({ port: port as GrpcServiceName, of: of.name, method }))));
  const weight = restWeight === 0 ? 1 : Math.max(1, Math.round((restWeight * RPC_PERCENT) / (100 - RPC_PERCENT) / served.length));
  return served.map(({ port, of, method: { name: methodName, handler, takesTokens, kind } }) => {
    const name = `${of}/${methodName}`;
    const method = present(registry.getService(of)?.methods.find((one) => one.name === methodName), `the contract has ${name}`);
    const isStream = kind !== 'unary';
    return {
      surface: 'rpc', name, service: port, method, callers: callers.of(`/${name}`) ?? new Set(), isHandled: handler !== undefined, takesTokens, isStream,
      // Each holds its lane until it is given up.
      weight: isStream ? Math.ceil(weight / 10) : weight,
    };
  });
}

const weightsOf = (mutations: Readonly<Record<string, { readonly weight: number }>>) => Object.entries(mutations).map(([name, { weight }]) => ({ name, weight }));

const RESERVATION = 'reservation.v1.ReservationService';
const INVENTORY = 'reservation.v1.InventoryService';
const PAYMENT = 'payment.v1.PaymentService';

/** A purchase and its ways off, over each port, over gRPC, and across both. */
const FLOWS: readonly (readonly string[])[] = [
  ['POST reservation /v1/reservations', 'POST reservation /v1/reservations/:id/extend', 'GET reservation /v1/reservations/:id', 'POST reservation /v1/reservations/:id/cancel'],
  ['POST reservation /v1/reservations', 'POST reservation /v1/reservations', 'POST reservation /v1/reservations/:id/confirm', 'DELETE reservation /v1/reservations/:id'],
  ['POST reservation /v1/reservations', 'POST payment /v1/payments/intents', 'POST payment /v1/payments/intents/:id/process', 'POST reservation /v1/reservations/confirm', 'GET reservation /v1/orders/:id'],
  ['POST gateway /api/v1/reservations', 'POST gateway /api/v1/payments/intent', 'POST gateway /api/v1/payments/process', 'POST gateway /api/v1/reservations/:id/confirm', 'GET gateway /api/v1/orders/:id'],
  ['POST gateway /api/v1/reservations', 'POST gateway /api/v1/reservations/:id/cancel', 'POST gateway /api/v1/reservations/:id/extend', 'DELETE gateway /api/v1/reservations/:id'],
  ['POST reservation /v1/reservations', 'POST payment /v1/payments/intents', 'POST payment /v1/payments/intents/:id/cancel', 'POST payment /v1/payments/intents/:id/refund', 'GET payment /v1/payments/intents/:id'],
  ['POST reservation /v1/reservations', 'POST payment /v1/payments/intents', 'PATCH reservation /internal/reservations/:id', 'POST payment /v1/payments/intents/:id/refund', 'GET reservation /internal/reservations/:id'],
  [`${RESERVATION}/CreateReservation`, `${RESERVATION}/ExtendHold`, `${RESERVATION}/GetReservation`, `${RESERVATION}/CancelReservation`],
  [`${RESERVATION}/CreateReservation`, `${PAYMENT}/CreatePaymentIntent`, `${PAYMENT}/ProcessPayment`, `${RESERVATION}/ConfirmReservation`, `${RESERVATION}/GetOrder`],
  [`${INVENTORY}/ReserveSeat`, `${INVENTORY}/ExtendHold`, `${INVENTORY}/CommitReservation`, `${INVENTORY}/ReleaseHold`, `${INVENTORY}/ReturnSeats`],
  ['POST gateway /api/v1/reservations', `${RESERVATION}/GetReservation`, `${PAYMENT}/CreatePaymentIntent`, 'POST reservation /v1/reservations/:id/confirm', `${RESERVATION}/CancelReservation`],
  [`${RESERVATION}/CreateReservation`, 'POST reservation /v1/reservations', 'GET gateway /api/v1/reservations/:id'],
  ['POST gateway /api/v1/queue/join', 'GET gateway /api/v1/queue/status', 'POST gateway /api/v1/queue/enter', 'POST gateway /api/v1/reservations', 'DELETE gateway /api/v1/queue/leave'],
  ['POST gateway /api/v1/queue/join', 'POST gateway /api/v1/queue/enter', 'POST reservation /v1/reservations', 'POST gateway /api/v1/queue/leave', 'GET gateway /api/v1/queue/status'],
  ['POST gateway /api/v1/reservations', 'WS gateway /ws', 'POST gateway /api/v1/payments/intent', 'WS gateway /ws', 'GET gateway /api/v1/reservations/:id/stream'],
  ['POST gateway /api/v1/queue/join', 'WS gateway /ws', 'GET gateway /api/v1/queue/stream', 'POST gateway /api/v1/queue/enter', 'WS gateway /ws'],
  ['PUT inventory /v1/events/:id', 'GET inventory /v1/events/:id', 'GET inventory /v1/events/:id/seats', `${INVENTORY}/PutEvent`],
];
