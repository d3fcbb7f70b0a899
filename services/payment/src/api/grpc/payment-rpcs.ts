import { LONG_NAME_PREFIX, PaymentService } from '@traffic-tacos/contracts';
import type { Limits } from '@traffic-tacos/kernel';
import { grpcService, type GrpcService } from '@traffic-tacos/kit';
import type { PaymentUseCases } from '../../application/use-cases.ts';
import { cancelPaymentRpc } from './cancel-payment.ts';
import { createPaymentIntentRpc } from './create-payment-intent.ts';
import { getPaymentStatusRpc } from './get-payment-status.ts';
import { listPaymentsRpc } from './list-payments.ts';
import { processPaymentRpc } from './process-payment.ts';
import { simulateWebhookRpc } from './simulate-webhook.ts';

/** `payment.v1.PaymentService`, under both of its names. */
export const paymentRpcs = (useCases: PaymentUseCases, limits: Limits): GrpcService =>
  grpcService({
    definition: PaymentService,
    aliases: [`${LONG_NAME_PREFIX}payment.v1.PaymentService`],
    idempotency: { createPaymentIntent: 'required', processPayment: 'optional', cancelPayment: 'optional' },
    handlers: {
      createPaymentIntent: createPaymentIntentRpc(useCases.createIntent, limits),
      processPayment: processPaymentRpc(useCases.processIntent, limits),
      getPaymentStatus: getPaymentStatusRpc(useCases.readIntent, limits),
      cancelPayment: cancelPaymentRpc(useCases, limits),
      listPayments: listPaymentsRpc(useCases.listIntents, limits),
      simulateWebhook: simulateWebhookRpc(useCases.simulateWebhook, limits),
    },
  });
