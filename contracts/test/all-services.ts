import {
  AdminService,
  AdmissionService,
  AnnouncementService,
  GatewayService,
  InventoryService,
  MaintenanceService,
  PaymentService,
  QueueService,
  ReceiverService,
  ReservationService,
  WebhookService,
  WebSocketService,
  WorkerService,
} from '@traffic-tacos/contracts';

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
    ...Object.values(InventoryService),
    ...Object.values(ReservationService),
    ...Object.values(WorkerService),
  ];
}
