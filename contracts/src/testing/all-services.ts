import {
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
} from '../services.ts';

/** Every method of every service. */
export function allRpcs() {
  return [
    ...Object.values(AdminService),
    ...Object.values(AnnouncementService),
    ...Object.values(GatewayService),
    ...Object.values(QueueService),
    ...Object.values(WebhookService),
    ...Object.values(WebSocketService),
    ...Object.values(PaymentService),
    ...Object.values(ReceiverService),
    ...Object.values(AdmissionService),
    ...Object.values(MaintenanceService),
    ...Object.values(HoldRecordService),
    ...Object.values(IntentRecordService),
    ...Object.values(ReconcileService),
    ...Object.values(InventoryService),
    ...Object.values(ReservationService),
    ...Object.values(WorkerService),
  ];
}
