/**
 * Every code that an answer can carry, as data. The REST answers, the gRPC mapping and the documents are
 * made from it, so a code that is not here does not exist. `grpc` is the value of `common.v1.ErrorCode` without its `ERROR_CODE_` prefix.
 * Messages never contain ids or anything that a client sent.
 */
export interface ErrorEntry {
  readonly status: number;
  readonly grpc: string;
  readonly message: { readonly en: string; readonly ko: string };
}

const entry = (status: number, grpc: string, en: string, ko: string): ErrorEntry => ({ status, grpc, message: { en, ko } });

export const ERROR_TABLE = {
  INVALID_REQUEST: entry(400, 'INVALID_ARGUMENT', 'The request is not valid; see details.', '요청이 올바르지 않습니다. details를 확인하세요.'),
  IDEMPOTENCY_REQUIRED: entry(
    400,
    'IDEMPOTENCY_REQUIRED',
    'A valid Idempotency-Key header is required.',
    '올바른 Idempotency-Key 헤더가 필요합니다.',
  ),
  UNAUTHENTICATED: entry(401, 'UNAUTHENTICATED', 'Valid credentials are required.', '유효한 인증 정보가 필요합니다.'),
  FORBIDDEN: entry(403, 'FORBIDDEN', 'You are not allowed to do this.', '이 작업을 수행할 권한이 없습니다.'),
  NOT_READY: entry(403, 'FAILED_PRECONDITION', 'It is not your turn yet.', '아직 입장 순서가 아닙니다.'),
  NOT_FOUND: entry(404, 'NOT_FOUND', 'The resource was not found.', '리소스를 찾을 수 없습니다.'),
  EVENT_NOT_FOUND: entry(404, 'NOT_FOUND', 'The event was not found.', '이벤트를 찾을 수 없습니다.'),
  SEAT_NOT_FOUND: entry(404, 'NOT_FOUND', 'The seat or section was not found.', '좌석 또는 구역을 찾을 수 없습니다.'),
  RESERVATION_NOT_FOUND: entry(404, 'NOT_FOUND', 'The reservation was not found.', '예약을 찾을 수 없습니다.'),
  PAYMENT_NOT_FOUND: entry(404, 'NOT_FOUND', 'The payment was not found.', '결제를 찾을 수 없습니다.'),
  ORDER_NOT_FOUND: entry(404, 'NOT_FOUND', 'The order was not found.', '주문을 찾을 수 없습니다.'),
  TOKEN_NOT_FOUND: entry(404, 'NOT_FOUND', 'The token was not found.', '토큰을 찾을 수 없습니다.'),
  METHOD_NOT_ALLOWED: entry(405, 'INVALID_ARGUMENT', 'The method is not allowed here; see Allow.', '허용되지 않는 메서드입니다.'),
  SEAT_UNAVAILABLE: entry(409, 'INVENTORY_CONFLICT', 'Seat conflict: a seat is not available; see details.', '이미 선점되었거나 판매된 좌석입니다.'),
  INVENTORY_CONFLICT: entry(
    409,
    'INSUFFICIENT_INVENTORY',
    'Inventory conflict: not enough places are left.',
    '남은 수량이 부족합니다.',
  ),
  RESERVATION_EXPIRED: entry(409, 'RESERVATION_EXPIRED', 'The hold is over.', '예약 시간이 만료되었습니다.'),
  RESERVATION_ALREADY_CONFIRMED: entry(409, 'FAILED_PRECONDITION', 'The reservation is already confirmed.', '이미 확정된 예약입니다.'),
  RESERVATION_ALREADY_CANCELLED: entry(409, 'FAILED_PRECONDITION', 'The reservation is already cancelled.', '이미 취소된 예약입니다.'),
  EXTENSION_NOT_ALLOWED: entry(409, 'FAILED_PRECONDITION', 'The hold cannot be extended.', '예약 시간을 연장할 수 없습니다.'),
  SALE_NOT_OPEN: entry(409, 'FAILED_PRECONDITION', 'The sale is not open.', '판매 기간이 아닙니다.'),
  PURCHASE_LIMIT_EXCEEDED: entry(409, 'QUOTA_EXCEEDED', 'The purchase limit is reached.', '구매 가능 수량을 초과했습니다.'),
  USERNAME_TAKEN: entry(409, 'ALREADY_EXISTS', 'The username is taken.', '이미 사용 중인 사용자 이름입니다.'),
  EVENT_CONFLICT: entry(
    409,
    'CONCURRENT_MODIFICATION',
    'The event cannot be changed this way; see details.',
    '이벤트를 이렇게 변경할 수 없습니다. details를 확인하세요.',
  ),
  OPERATION_NOT_POSSIBLE: entry(409, 'FAILED_PRECONDITION', 'This cannot be done here or now; see details.', '지금 여기서는 할 수 없는 작업입니다. details를 확인하세요.'),
  IDEMPOTENCY_CONFLICT: entry(
    409,
    'IDEMPOTENCY_CONFLICT',
    'The idempotency key was used for another request.',
    '다른 요청에 사용된 멱등성 키입니다.',
  ),
  IDEMPOTENCY_IN_PROGRESS: entry(
    409,
    'IDEMPOTENCY_CONFLICT',
    'The first request with this key is still running.',
    '같은 키의 첫 요청이 아직 처리 중입니다.',
  ),
  PAYMENT_NOT_APPROVED: entry(412, 'PAYMENT_NOT_APPROVED', 'The payment is not approved.', '결제가 승인되지 않았습니다.'),
  PAYLOAD_TOO_LARGE: entry(413, 'INVALID_ARGUMENT', 'The request body is too large.', '요청 본문이 너무 큽니다.'),
  UNSUPPORTED_MEDIA_TYPE: entry(415, 'INVALID_ARGUMENT', 'The body must be application/json in UTF-8.', '본문은 UTF-8 application/json이어야 합니다.'),
  RATE_LIMITED: entry(429, 'RATE_LIMITED', 'Too many requests; try again later.', '요청이 너무 많습니다. 잠시 후 다시 시도하세요.'),
  INTERNAL_ERROR: entry(500, 'INTERNAL', 'Something went wrong on our side.', '서버 내부 오류가 발생했습니다.'),
  SERVICE_UNAVAILABLE: entry(
    503,
    'UNAVAILABLE',
    'The outcome is not known; retry with the same key.',
    '결과를 알 수 없습니다. 같은 키로 다시 시도하세요.',
  ),
  INVENTORY_SERVICE_ERROR: entry(
    503,
    'UPSTREAM_ERROR',
    'The inventory did not answer; retry with the same key.',
    '재고 서비스가 응답하지 않습니다. 같은 키로 다시 시도하세요.',
  ),
  QUEUE_FULL: entry(503, 'UNAVAILABLE', 'The waiting room is full; try again later.', '대기실이 가득 찼습니다. 잠시 후 다시 시도하세요.'),
  UPSTREAM_TIMEOUT: entry(504, 'UPSTREAM_TIMEOUT', 'A dependency did not answer in time.', '내부 서비스의 응답 시간이 초과되었습니다.'),
} as const satisfies Readonly<Record<string, ErrorEntry>>;

/** A code of the table. */
export type ErrorCode = keyof typeof ERROR_TABLE;
