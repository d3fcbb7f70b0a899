import {
  AdminService,
  GatewayService,
  InventoryService,
  PaymentService,
  QueueService,
  ReservationService,
  WebhookService,
  WebSocketService,
  WorkerService,
} from '@traffic-tacos/contracts';

/** Every method of every service. */
export function allRpcs() {
  return [
    ...Object.values(AdminService),
    ...Object.values(GatewayService),
    ...Object.values(QueueService),
    ...Object.values(WebhookService),
    ...Object.values(WebSocketService),
    ...Object.values(PaymentService),
    ...Object.values(InventoryService),
    ...Object.values(ReservationService),
    ...Object.values(WorkerService),
  ];
}
