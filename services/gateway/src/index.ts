export { grpcCatalogue } from './adapters/grpc/catalogue.ts';
export { grpcMaintenance } from './adapters/grpc/maintenance.ts';
export { grpcReconciliation } from './adapters/grpc/reconciliation.ts';
export { grpcOrders } from './adapters/grpc/orders.ts';
export { grpcPaymentResults } from './adapters/grpc/payment-results.ts';
export { grpcPayments } from './adapters/grpc/payments.ts';
export { grpcReservations } from './adapters/grpc/reservations.ts';
export { grpcWebhookReceivers } from './adapters/grpc/webhook-receivers.ts';
export { polledChanges } from './adapters/polled/changes.ts';
export { JoseTokenSigner } from './adapters/embedded/jose-token-signer.ts';
export { KeyFileRefused, loadKeys, loadOrCreateKeys, signingKeyPath } from './adapters/embedded/signing-key-file.ts';
export type { SigningKeys } from './adapters/embedded/signing-keys.ts';
export {
  loadServiceClients,
  newClientSecret,
  readClientSecret,
  ServiceClientFileRefused,
  writeClientSecret,
  writeServiceClients,
} from './adapters/embedded/service-client-file.ts';
export type { WebhookIdTable } from './adapters/embedded/webhook-id-table.ts';
export { createGatewayTables, type GatewayTables } from './adapters/embedded/tables.ts';
export type { ReceiveWebhook, WebhookOutcome } from './application/receive-webhook.ts';
export type { Update, UpdateSink } from './application/updates/follow-state.ts';
export type { OpenedUpdates } from './application/updates/open-updates.ts';
export type { Updates } from './application/updates/updates.ts';
export { createSignToken, type SignToken, type SignTokenOutcome } from './application/sign-token.ts';
export { createSignServiceToken, type SignServiceToken } from './application/grant-service-token.ts';
export { ROLES, type Role } from './domain/account.ts';
export { MAX_TOKEN_TTL_SECONDS, SERVICE_AUDIENCES, type Issuer, type ServiceAudience, type TokenRequest } from './domain/claims.ts';
export type { KnownServices } from './api/grpc/about-the-gateway.ts';
export type { Announced, Announcements } from './ports/announcements.ts';
export type { Changes } from './ports/changes.ts';
export type { Call, KeyedCall, Page, PageQuery } from './ports/call.ts';
export type { Catalogue, EventFacts, NamedSeats, RowSeats, SeatMapAnswer, SeatMapSection, SectionFacts } from './ports/catalogue.ts';
export type { ListOrders, OrderFacts, Orders, TicketFacts } from './ports/orders.ts';
export type {
  CreatePaymentIntent,
  CreatePaymentIntentAnswer,
  PaymentFacts,
  Payments,
  ProcessPayment,
  ProcessPaymentAnswer,
} from './ports/payments.ts';
export type {
  CancelReservationAnswer,
  ConfirmReservation,
  ConfirmReservationAnswer,
  CreateReservation,
  CreateReservationAnswer,
  ExtendReservation,
  ExtendReservationAnswer,
  HeldReservation,
  ListReservations,
  ReservationCommand,
  ReservationFacts,
  Reservations,
} from './ports/reservations.ts';
export type { FollowedResult, PaymentResults, ReceivedResult } from './ports/payment-results.ts';
export type { HoldsEnded, Maintenance, SnapshotAnswer } from './ports/maintenance.ts';
export type { Reconciliation } from './ports/reconciliation.ts';
export type { ServiceClients } from './ports/service-clients.ts';
export type { ServicesBehind } from './ports/services-behind.ts';
export type { PublicKey } from './ports/token-signer.ts';
export type { EnterRoomAnswer, JoinRoom, JoinRoomAnswer, LeaveRoomAnswer, PlaceFacts, RoomFacts, UsePlace, WaitingRoom } from './ports/waiting-room.ts';
export type { EventFigures, EventPlaces, Figures, PaymentFigures, PlaceFigures, ProcessFigures } from './ports/figures.ts';
export { type ReceiverFacts, type ReceiverType, type ReceiverWish, type WebhookReceivers } from './ports/webhook-receivers.ts';
export type { RoomFigures, RoomWord, RoomControls } from './ports/room-controls.ts';
export type { ActionTable } from './adapters/embedded/action-table.ts';
export { createGateway, type Gateway, type GatewayDependencies, type GatewaySettings } from './service.ts';
