/**
 * Codes that only this service gives, in the form of the platform's error table; the edge merges both. Every other code that the
 * routes give stands in that table.
 */
export const PAYMENT_ERRORS = {
  PAYMENT_ALREADY_ENDED: {
    status: 409,
    grpc: 'FAILED_PRECONDITION',
    message: { en: 'The payment has ended; see details for its status.', ko: '이미 종료된 결제입니다. details에서 상태를 확인하세요.' },
  },
} as const;
