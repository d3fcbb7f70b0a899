import type { Units } from '@traffic-tacos/journal';
import type { Clock, Limits, Random } from '@traffic-tacos/kernel';
import { OpenStreams, type GrpcService, type Route, type SocketRoute, type WebhookSecrets } from '@traffic-tacos/kit';
import { EmbeddedAccountStore } from './adapters/embedded/account-store.ts';
import { Argon2Hasher } from './adapters/embedded/argon2-hasher.ts';
import { EmbeddedAuditTrail } from './adapters/embedded/audit-trail.ts';
import { JoseTokenSigner } from './adapters/embedded/jose-token-signer.ts';
import type { SigningKeys } from './adapters/embedded/signing-keys.ts';
import type { GatewayTables } from './adapters/embedded/tables.ts';
import { auditRoute } from './api/rest/admin-audit.ts';
import { queueControlRoutes } from './api/rest/admin-queues.ts';
import { statsRoutes } from './api/rest/admin-stats.ts';
import { auditTrailRoute } from './api/rest/admin-trail.ts';
import { audited } from './api/rest/audited.ts';
import { announcementRpcs } from './api/grpc/announcement-rpcs.ts';
import { adminRpcs } from './api/grpc/admin-rpcs.ts';
import { gatewayRpcs, type RpcEdge } from './api/grpc/gateway-rpcs.ts';
import { queueRpcs } from './api/grpc/queue-rpcs.ts';
import { webSocketRpcs } from './api/grpc/web-socket-rpcs.ts';
import { webhookRpcs } from './api/grpc/webhook-rpcs.ts';
import { paymentWebhookRoute } from './api/rest/payment-webhook.ts';
import { fairnessRoute } from './api/rest/queue-fairness.ts';
import { arrangeRoutes } from './api/rest/queue-schedule.ts';
import { reconcileRoute } from './api/rest/reconcile.ts';
import { routesOf } from './api/rest/routes.ts';
import { receiverRoutes } from './api/rest/webhook-receivers.ts';
import { queueStreamRoute } from './api/stream/queue-stream.ts';
import { reservationStreamRoute } from './api/stream/reservation-stream.ts';
import { socketTopics } from './api/ws/topics.ts';
import { createGrantServiceToken, createSignServiceToken, type SignServiceToken } from './application/grant-service-token.ts';
import { createLogin } from './application/login.ts';
import { createReceiveSigned, createReceiveWebhook, type ReceiveWebhook } from './application/receive-webhook.ts';
import { createRegister } from './application/register.ts';
import { createSignToken, type SignToken } from './application/sign-token.ts';
import { createUpdates, type Updates } from './application/updates/updates.ts';
import type { Issuer } from './domain/claims.ts';
import type { Announcements } from './ports/announcements.ts';
import type { Changes } from './ports/changes.ts';
import type { Figures } from './ports/figures.ts';
import type { Maintenance } from './ports/maintenance.ts';
import type { PaymentResults } from './ports/payment-results.ts';
import type { Reconciliation } from './ports/reconciliation.ts';
import type { ServiceClients } from './ports/service-clients.ts';
import type { ServicesBehind } from './ports/services-behind.ts';
import type { RoomControls } from './ports/room-controls.ts';
import type { PublicKey, TicketKey } from './ports/token-signer.ts';
import type { WaitingRoom } from './ports/waiting-room.ts';
import type { WebhookReceivers } from './ports/webhook-receivers.ts';

export interface GatewaySettings {
  readonly limits: Limits;
  readonly issuer: Issuer;
  /** How long a sign-in lasts, 1 to `MAX_TOKEN_TTL_SECONDS`. */
  readonly tokenTtlSeconds: number;
}

export interface GatewayDependencies {
  /** Made before, since the journal fills them. */
  readonly tables: GatewayTables;
  readonly units: Units;
  readonly keys: SigningKeys;
  readonly services: ServicesBehind;
  /** How results of payments are taken; without it the route for them is not there. */
  readonly webhooks?: { readonly secrets: WebhookSecrets; readonly results: PaymentResults } | undefined;
  /** Where receivers of results are registered; without it none can be. */
  readonly receivers?: WebhookReceivers | undefined;
  /** Who tells of changes, and who hears of what fails by a fault of ours; without it nothing can be followed. */
  readonly push?: { readonly changes: Changes; readonly onFault: (cause: unknown) => void } | undefined;
  /** What compares the records of all services; without it the route for that is not there. */
  readonly reconciliation?: Reconciliation | undefined;
  /** The waiting rooms; without them nobody waits. */
  readonly waitingRoom?: WaitingRoom | undefined;
  /** Keys with which tickets are verified, published beside those of tokens. */
  readonly ticketKeys?: readonly TicketKey[] | undefined;
  /** The services of this platform in other processes; nobody unless given. */
  readonly serviceClients?: ServiceClients | undefined;
  /** The waiting rooms and figures of this process; without them there are no routes for them. */
  readonly rooms?: RoomControls | undefined;
  readonly figures?: Figures | undefined;
  /** What operators may have this process do; without it nothing of that kind. */
  readonly maintenance?: Maintenance | undefined;
  /** The newest lines of this process's log, newest first; none unless given. */
  readonly logs?: (() => Iterable<string>) | undefined;
  /** Who hears what services in other processes announce; without it they are not listened to. */
  readonly announcements?: Announcements | undefined;
  readonly machine: { readonly clock: Clock; readonly random: Random };
  readonly settings: GatewaySettings;
}

export interface Gateway {
  /** The routes of port 8000. */
  readonly routes: readonly Route[];
  /** The methods of port 8001, for the server that knows whose tokens are believed and how the services are. */
  rpcs(edge: RpcEdge): readonly GrpcService[];
  /** The streams that are open, for the server that has these routes. */
  readonly streams: OpenStreams;
  /** What the streams of all kinds are made of; undefined where nobody tells of changes. */
  readonly updates: Updates | undefined;
  /** What can be followed over WebSockets on it; undefined where nothing can. */
  readonly sockets: SocketRoute | undefined;
  /** What the issuer's tokens are verified with: the content of `/.well-known/jwks.json`. */
  readonly publicKeys: readonly PublicKey[];
  /** What the route for results of payments does with a message, for a sender in the same process; undefined where no results are taken. */
  readonly receiveWebhook: ReceiveWebhook | undefined;
  /** Signs for a user whom the operator names. Not behind any route. */
  readonly signToken: SignToken;
  /** Signs the credential with which a service calls another one. Behind a route only for whoever shows the service's secret. */
  readonly signServiceToken: SignServiceToken;
  /** Resolves when no password is being hashed any more; sign-ins are answered 503 from the call on. */
  stop(): Promise<void>;
}

/** The gateway over the embedded account store. Nothing runs until a route is called. */
export function createGateway(dependencies: GatewayDependencies): Gateway {
  const { tables, units, keys, services, machine, settings } = dependencies;
  const { limits, issuer, tokenTtlSeconds } = settings;
  const signer = new JoseTokenSigner(keys);
  const hasher = new Argon2Hasher(limits);
  const accounts = new EmbeddedAccountStore(units, tables.accounts);
  const signToken = createSignToken({ signer, issuer, ...machine });
  const signServiceToken = createSignServiceToken({ signer, issuer, ...machine });
  const grantServiceToken = createGrantServiceToken(dependencies.serviceClients ?? NOBODY, signServiceToken);
  const register = createRegister({ accounts, hasher, signToken, tokenTtlSeconds, ...machine });
  const login = createLogin({ accounts, hasher, signToken, tokenTtlSeconds });
  const streams = new OpenStreams({ clock: machine.clock, limits });
  const { webhooks, push } = dependencies;
  const updates = push === undefined ? undefined : createUpdates({ ...push, clock: machine.clock, ...services, limits, waitingRoom: dependencies.waitingRoom });
  const pushRoutes = updates === undefined ? [] : [reservationStreamRoute(updates), ...(dependencies.waitingRoom === undefined ? [] : [queueStreamRoute(updates)])];
  const receiveWebhook = webhooks === undefined ? undefined : createReceiveWebhook({ ...webhooks, clock: machine.clock });
  const webhookRoutes = receiveWebhook === undefined ? [] : [paymentWebhookRoute(receiveWebhook)];
  return {
    routes: [...routesOf({ register, login, grantServiceToken, issuer, publicKeys: [...signer.publicKeys, ...(dependencies.ticketKeys ?? [])], services, limits }), ...webhookRoutes, ...adminRoutes(dependencies), ...pushRoutes],
    rpcs: (edge) => rpcsOf(dependencies, updates, streams, edge),
    streams,
    updates,
    sockets: updates === undefined ? undefined : socketTopics(updates, limits),
    publicKeys: signer.publicKeys,
    receiveWebhook,
    signToken,
    signServiceToken,
    stop: () => hasher.close(),
  };
}

/** The routes for admins over what there is in this process, each change of theirs on the trail. */
function adminRoutes({ tables, units, machine, settings, reconciliation, rooms, figures, receivers }: GatewayDependencies): readonly Route[] {
  const trail = new EmbeddedAuditTrail(units, tables.actions, machine.clock);
  const routes = [
    auditTrailRoute(trail, settings.limits),
    ...(reconciliation === undefined ? [] : [reconcileRoute(reconciliation), auditRoute(reconciliation, trail)]),
    ...(rooms === undefined ? [] : [...queueControlRoutes(rooms), ...arrangeRoutes(rooms, settings.limits), fairnessRoute(rooms)]),
    ...(figures === undefined ? [] : statsRoutes(figures, settings.limits)),
    ...(receivers === undefined ? [] : receiverRoutes(receivers)),
  ];
  return audited(routes, trail);
}

/** The services of port 8001 over what there is in this process: without a waiting room, or anybody who tells of changes, those are not served. */
function rpcsOf({ tables, units, services, webhooks, receivers, waitingRoom, rooms, reconciliation, maintenance, logs = () => [], announcements, machine, settings }: GatewayDependencies, updates: Updates | undefined, streams: OpenStreams, edge: RpcEdge): readonly GrpcService[] {
  const { clock, random } = machine;
  const { limits } = settings;
  const signed = webhooks === undefined ? undefined : { secrets: webhooks.secrets, receive: createReceiveSigned({ ...webhooks, clock }) };
  const trail = new EmbeddedAuditTrail(units, tables.actions, clock);
  return [
    gatewayRpcs(services, edge, clock, limits),
    adminRpcs({ ...edge, trail, rooms, reconciliation, maintenance, logs, clock, limits }),
    webhookRpcs({ webhooks: signed, receivers, trail, reservations: services.reservations, clock, limits }),
    ...(waitingRoom === undefined ? [] : [queueRpcs({ waitingRoom, catalogue: services.catalogue, clock, limits })]),
    ...(announcements === undefined ? [] : [announcementRpcs(announcements)]),
    ...(updates === undefined ? [] : [webSocketRpcs({ updates, streams, clock, random, limits })]),
  ];
}

const NOBODY: ServiceClients = { authenticate: () => 'unknown' };
