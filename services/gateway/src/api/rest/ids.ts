import { parseId, type OrderId, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';

/** Whether the text is an id at all. One that is not is answered like one that nobody has. */
export const isReservationId = (text: string): text is ReservationId => parseId('rsv', text) !== undefined;
export const isOrderId = (text: string): text is OrderId => parseId('ord', text) !== undefined;
export const isPaymentIntentId = (text: string): text is PaymentIntentId => parseId('pay', text) !== undefined;
