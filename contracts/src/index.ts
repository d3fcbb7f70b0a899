/**
 * The wire contract: what the platform's gRPC services take and answer, who may call what, and the descriptors that reflection serves.
 * Message types, enums and their values stand beside this entry under the path of their .proto file, for example in
 * `@traffic-tacos/contracts/proto/reservation/v1/inventory`.
 */
export { parseCallers, readCallers, MalformedAuthorization, type CallerKind, type Callers } from './callers.ts';
export { decodeMessage, encodeMessage, MalformedMessage, type GeneratedMessage } from './codec.ts';
export { NotEncodable } from './buffer-writer.ts';
export { readDescriptors, readDescriptorSet, type Descriptors } from './descriptors.ts';
export { LONG_NAME_PREFIX, longNamedRpcs, shortPath } from './long-names.ts';
export type { RequestOf, ResponseOf, RpcDefinition, RpcDefinitions } from './rpc-definition.ts';
export { servedRpcs, type ServedRpc, type ServedRpcs } from './served-rpcs.ts';
export {
  AdminService,
  AdmissionService,
  AnnouncementService,
  GatewayService,
  HoldRecordService,
  IntentRecordService,
  InventoryService,
  MaintenanceService,
  PaymentService,
  QueueService,
  ReceiverService,
  ReconcileService,
  ReservationService,
  WebhookService,
  WebSocketService,
  WorkerService,
} from './services.ts';
export { epochMsOf, timestampOf } from './timestamps.ts';
