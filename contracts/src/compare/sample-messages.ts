/** What is measured: the two calls of the bench `grpc` as they go over the wire, and a seat map of a thousand seats. */
export const SAMPLE_MESSAGES: Readonly<Record<string, unknown>> = {
  ReserveSeatRequest: {
    reservationId: 'rsv_01KAE5V2J8QZ3N7X9M4T6W0BCD',
    eventId: 'evt_2025_1001',
    seatIds: ['A-12', 'A-13'],
    quantity: 2,
    userId: 'usr_01KAE5V2J8QZ3N7X9M4T6W0BCE',
    holdExpiresAt: { seconds: 1_763_600_060, nanos: 123_000_000 },
    idempotencyKey: '6f1c0b0e-8c33-4d5e-9d0c-2f2a1b3c4d5e',
    section: '',
  },
  ReserveSeatResponse: {
    holdId: 'rsv_01KAE5V2J8QZ3N7X9M4T6W0BCD',
    reservedSeats: [seat(12), seat(13)],
    holdExpiresAt: { seconds: 1_763_600_060, nanos: 123_000_000 },
    status: 1,
    error: undefined,
  },
  CheckAvailabilityRequest: { eventId: 'evt_2025_1001', seatIds: ['A-12', 'A-13'], quantity: 2, section: 'R' },
  CheckAvailabilityResponse: {
    available: true,
    availableSeats: [seat(12), seat(13)],
    unavailableSeatIds: [],
    remainingInSection: 14_998,
    error: undefined,
  },
  GetSeatMapResponse: {
    eventId: 'evt_2025_1001',
    seats: Array.from({ length: 1000 }, (_, number) => seat(number)),
    version: 12_345,
    error: undefined,
  },
};

function seat(number: number): unknown {
  return { id: `A-${number}`, section: 'R', row: 'A', number: `${number}`, price: { amount: 150_000, currency: 'KRW' }, status: 1 };
}
