import type { RequestOf, ReservationService, ResponseOf } from '@traffic-tacos/contracts';
import { parseId, type Limits } from '@traffic-tacos/kernel';
import { forOwner, invalidRequest, refuse, requiredText, type UnaryHandler } from '@traffic-tacos/kit';
import type { ReservationContext } from '../../application/context.ts';
import { readOrder } from '../../application/read-reservations.ts';
import { orderMessage } from './reservation-messages.ts';

type Rpc = typeof ReservationService.getOrder;

const NOT_FOUND = refuse('ORDER_NOT_FOUND');

export const getOrderRpc = (context: ReservationContext, limits: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  forOwner(limits, async ({ orderId }, owner) => {
    const invalid = invalidRequest(requiredText('orderId', orderId, limits.idChars));
    if (invalid !== undefined) return invalid;
    const found = owner === undefined ? await readAnyOrder(context, orderId) : await readOrder(context, orderId, owner);
    return found === undefined ? NOT_FOUND : { order: orderMessage(found, context.tickets), error: undefined };
  });

const readAnyOrder = (context: ReservationContext, orderId: string) =>
  parseId('ord', orderId) === undefined ? undefined : context.store.readOrder(orderId);
