import { timestampOf, type PaymentService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { PaymentMethod as WireMethod, PaymentScenario as WireScenario, PaymentStatus } from '@traffic-tacos/contracts/proto/payment/v1/payment';
import type { Limits } from '@traffic-tacos/kernel';
import { forUser, given, invalidRequest, knownWord, requiredText, type GrpcCaller, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import type { CreateIntent } from '../../application/create-intent.ts';
import { refusalOf, refuseReceiver } from '../../errors.ts';
import { checkMoney } from './money-fields.ts';
import { METHOD_OF_WIRE, paymentMessage, SCENARIO_OF_WIRE } from './payment-messages.ts';

type Rpc = typeof PaymentService.createPaymentIntent;

/** The same operation as on REST. The answer shows what the creation made, also when its key is used again. */
export const createPaymentIntentRpc = (createIntent: CreateIntent, limits: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  forUser(limits, async (request, userId, { caller, traceId, idempotencyKey }) => {
    const invalid = refuseReceiver(given(request.webhookUrl), mayChooseReceiver(caller)) ?? checkRequest(request, limits);
    if (invalid !== undefined) return invalid;
    const { reservationId, amount, method } = request;
    const outcome = await createIntent({
      userId,
      traceId,
      idempotencyKey,
      reservationId,
      amountMinor: amount?.amount ?? 0,
      currency: amount?.currency ?? '',
      scenario: SCENARIO_OF_WIRE.get(scenarioNumber(request)) ?? 'APPROVE',
      method: METHOD_OF_WIRE.get(method),
      webhookUrl: given(request.webhookUrl),
    });
    if (outcome.kind !== 'created' && outcome.kind !== 'replayed') return refusalOf(outcome);
    const { intent } = outcome;
    return {
      paymentIntentId: intent.id,
      status: PaymentStatus.PAYMENT_STATUS_PENDING,
      clientSecret: '',
      paymentUrl: '',
      expiresAt: timestampOf(intent.expiresAtMs),
      error: undefined,
      payment: paymentMessage(intent),
      replayed: outcome.kind === 'replayed',
    };
  });

const mayChooseReceiver = (caller: GrpcCaller): boolean => caller.kind === 'service' || (caller.kind === 'user' && caller.roles.includes('admin'));

function checkRequest(request: RequestOf<Rpc>, { idChars }: Limits): Refusal | undefined {
  const { reservationId, amount, method } = request;
  const scenario = scenarioNumber(request);
  return invalidRequest(
    requiredText('reservationId', reservationId, idChars),
    ...checkMoney('amount', amount, 0),
    scenario === WireScenario.PAYMENT_SCENARIO_UNSPECIFIED ? undefined : knownWord('scenario', SCENARIO_OF_WIRE.get(scenario)),
    method === WireMethod.PAYMENT_METHOD_UNSPECIFIED ? undefined : knownWord('method', METHOD_OF_WIRE.get(method)),
  );
}

/** The metadata's scenario is used where the request names none. */
const scenarioNumber = ({ scenario, metadata }: RequestOf<Rpc>): number =>
  scenario === WireScenario.PAYMENT_SCENARIO_UNSPECIFIED ? (metadata?.scenario ?? scenario) : scenario;
