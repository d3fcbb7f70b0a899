/** What every event for the bus says, beside the facts of its kind, whose names are in snake_case. */
export interface EventDetail {
  /** `<reservation_id>.<sequence>` or `<payment_intent_id>.<sequence>`: a repetition keeps it. */
  readonly id: string;
  /** `payment.approved` */
  readonly type: string;
  /** Of the schema of the facts. */
  readonly version: number;
  /** From 1, without gaps, per reservation or intent. */
  readonly sequence: number;
  /** ISO-8601, UTC, with milliseconds. */
  readonly occurred_at: string;
  /** 32 hex digits. */
  readonly trace_id: string;
  readonly [fact: string]: unknown;
}

/** An event as it goes to the bus. */
export interface BusEvent {
  /** `payment.service` */
  readonly source: string;
  /** `Payment Status Updated` */
  readonly detailType: string;
  readonly detail: EventDetail;
}
