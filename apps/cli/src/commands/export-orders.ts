import { ticketsOf, type OrderWithFacts } from '@traffic-tacos/reservation';
import { exportSheet, type ExportOptions, type Row, type Sheet } from './export-sheet.ts';

/** New columns stand at the end, for those who read them by their place. */
const COLUMNS = [
  'order_id', 'reservation_id', 'event_id', 'user_id', 'status', 'quantity', 'section', 'seat_ids', 'total_amount', 'currency', 'payment_intent_id', 'created_at', 'ticket_ids',
] as const;

const ORDERS: Sheet<(typeof COLUMNS)[number]> = { noun: 'order', columns: COLUMNS, rowsOf: (sold) => [rowOf(sold)] };

/** `tacos export orders`: a row for each order, for whoever keeps the books. */
export const exportOrders = (options: ExportOptions): Promise<number> => exportSheet(ORDERS, options);

const rowOf = ({ order, reservation }: OrderWithFacts): Row<(typeof COLUMNS)[number]> => ({
  order_id: order.id,
  reservation_id: reservation.id,
  event_id: reservation.eventId,
  user_id: reservation.userId,
  status: order.status,
  quantity: reservation.quantity,
  section: reservation.section ?? '',
  seat_ids: reservation.seatIds.join(' '),
  total_amount: reservation.totalMinor,
  currency: reservation.currency,
  payment_intent_id: order.paymentIntentId,
  created_at: new Date(order.createdAtMs).toISOString(),
  ticket_ids: ticketsOf(order, reservation).map(({ ticketId }) => ticketId).join(' '),
});
