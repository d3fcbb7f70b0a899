export { PAYMENT_ERRORS, refusalOf, refusedRegistration, type Refused } from './errors.ts';
export {
  checkPaymentSettings,
  createPayment,
  DEFAULT_INTENTS_PER_RESERVATION,
  DEFAULT_TIMINGS,
  type PaymentDeps,
  type PaymentJournal,
  type PaymentService,
  type PaymentSettings,
  type PaymentWebhooks,
} from './service.ts';
export { createPaymentTables, type PaymentTables } from './adapters/embedded/payment-tables.ts';
export { PaymentEvents } from './adapters/embedded/payment-events.ts';
export { grpcReservationFacts } from './adapters/grpc/reservation-facts.ts';
export type { PaymentCalls, PaymentSteps } from './adapters/embedded/payment-steps.ts';
export { createWebhookPoster, type WebhookPoster, type WebhookPosterDeps } from './adapters/http/post-webhook.ts';
export { TimeoutScheduler } from './adapters/system/timeout-scheduler.ts';
export { cancelView, createdView, intentView, refundView, resultView } from './api/rest/intent-view.ts';
export type { PaymentUseCases } from './application/use-cases.ts';
export { isCaptured, isOpen, keptMinor, processedAtMs, type Intent, type PaymentMethod, type RefundReason } from './domain/intent.ts';
export { intentAt } from './domain/intent-at.ts';
export type { IntentStatus } from './domain/intent-states.ts';
export type { ReservationStatus, ReservationToPay } from './domain/judge-reservation.ts';
export { factsOf, type PaymentFact } from './domain/payment-fact.ts';
export type { WebhookDelivery } from './domain/webhook.ts';
export { REGISTERED_TYPES, type RegisteredType, type Registration, type RegistrationWish } from './domain/registration.ts';
export type { ListedRegistration, PutRegistrationOutcome, ReceiverRules, Registrations } from './ports/registrations.ts';
export type { PaymentTimings, Scenario } from './domain/scenario.ts';
export type { PaymentResults } from './ports/payment-results.ts';
export type { PostWebhook } from './ports/webhook-queue.ts';
export type { PaymentStore } from './ports/payment-store.ts';
export type { ReservationFacts, ReservationReading } from './ports/reservation-facts.ts';
export type { Scheduler } from './ports/scheduler.ts';
