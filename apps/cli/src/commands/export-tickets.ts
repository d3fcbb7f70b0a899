import { ticketsOf, type OrderWithFacts } from '@traffic-tacos/reservation';
import { exportSheet, type ExportOptions, type Row, type Sheet } from './export-sheet.ts';

const COLUMNS = ['ticket_id', 'event_id', 'section', 'seat_id', 'status', 'user_id', 'order_id', 'created_at'] as const;

const TICKETS: Sheet<(typeof COLUMNS)[number]> = { noun: 'ticket', columns: COLUMNS, rowsOf };

/** `tacos export tickets`: a row for each ticket, to be ticked off at a door, where one person of an order may come before the others. */
export const exportTickets = (options: ExportOptions): Promise<number> => exportSheet(TICKETS, options);

function rowsOf({ order, reservation }: OrderWithFacts): readonly Row<(typeof COLUMNS)[number]>[] {
  const common = { event_id: reservation.eventId, section: reservation.section ?? '', user_id: reservation.userId, order_id: order.id, created_at: new Date(order.createdAtMs).toISOString() };
  return ticketsOf(order, reservation).map(({ ticketId, seatId, status }) => ({ ticket_id: ticketId, seat_id: seatId ?? '', status, ...common }));
}
