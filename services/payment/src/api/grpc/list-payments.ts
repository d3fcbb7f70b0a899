import type { PaymentService, RequestOf, ResponseOf } from '@traffic-tacos/contracts';
import { PaymentStatus as WireStatus } from '@traffic-tacos/contracts/proto/payment/v1/payment';
import type { Limits, PaymentIntentId } from '@traffic-tacos/kernel';
import { forOwner, forUser, given, invalidRequest, knownWord, optionalText, readListPage, refuse, requiredText, type GrpcCall, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import type { ListIntents } from '../../application/list-intents.ts';
import type { Intent } from '../../domain/intent.ts';
import { paymentMessage, STATUS_OF_WIRE } from './payment-messages.ts';

type Rpc = typeof PaymentService.listPayments;
type Request = RequestOf<Rpc>;
type Whose = { readonly userId: string; readonly reservationId: string | undefined } | { readonly userId: undefined; readonly reservationId: string };

const FOR_SERVICES = refuse('FORBIDDEN', { details: [{ field: 'anyUser', reason: 'is for services' }] });
const ONE_OR_ANY = refuse('INVALID_REQUEST', { details: [{ field: 'anyUser', reason: 'stands instead of a user' }] });

/** A user's payments; or, for a service that asks for any user's, those for one reservation. */
export function listPaymentsRpc(listIntents: ListIntents, limits: Limits): UnaryHandler<Request, ResponseOf<Rpc>> {
  const list = (request: Request, whose: Whose) => listPage(listIntents, limits, request, whose);
  const ofUser = forUser(limits, (request: Request, userId) => list(request, { userId, reservationId: given(request.reservationId) }));
  const ofAnybody = forOwner(limits, async (request: Request, userId, { caller }: GrpcCall) => {
    if (caller.kind === 'user') return FOR_SERVICES;
    if (userId !== undefined) return ONE_OR_ANY;
    const { reservationId } = request;
    return invalidRequest(requiredText('reservationId', reservationId, limits.idChars)) ?? list(request, { userId: undefined, reservationId });
  });
  return (request, call) => (request.anyUser ? ofAnybody(request, call) : ofUser(request, call));
}

async function listPage(listIntents: ListIntents, limits: Limits, request: Request, whose: Whose): Promise<ResponseOf<Rpc> | Refusal> {
  const status = STATUS_OF_WIRE.get(request.status);
  const invalid = invalidRequest(
    request.status === WireStatus.PAYMENT_STATUS_UNSPECIFIED ? undefined : knownWord('status', status),
    optionalText('reservationId', request.reservationId, limits.idChars),
  );
  if (invalid !== undefined) return invalid;
  const page = await readListPage(request.pagination, {
    prefix: 'pay',
    pageSize: limits.listPage,
    idOf: ({ id }: Intent) => id,
    read: async (after, limit) => {
      const { intents, next } = await listIntents({ ...whose, status, after: after as PaymentIntentId | undefined, limit });
      return { items: intents, next };
    },
  });
  return 'refused' in page ? page : { payments: page.items.map(paymentMessage), pageInfo: page.pageInfo, error: undefined };
}
