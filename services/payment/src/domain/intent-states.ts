import { present } from '@traffic-tacos/kernel';
import type { StateMachine } from './state-machine.ts';

/** In the order of their numbers on disk, which are never changed. */
export const INTENT_STATUSES = ['PENDING', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED', 'REFUNDED'] as const;
export type IntentStatus = (typeof INTENT_STATUSES)[number];

/** What can happen to an intent. `refund_part` leaves something captured, `refund_rest` nothing. */
export type IntentEvent = 'process' | 'approve' | 'fail' | 'cancel' | 'expire' | 'refund_part' | 'refund_rest';

/** `process` is optional: settlement starts at the creation, so a result can meet an intent that nobody has processed. */
export const INTENT_STATES: StateMachine<IntentStatus, IntentEvent> = {
  initial: 'PENDING',
  transitions: {
    PENDING: { process: 'PROCESSING', approve: 'COMPLETED', fail: 'FAILED', cancel: 'CANCELLED', expire: 'EXPIRED' },
    PROCESSING: { approve: 'COMPLETED', fail: 'FAILED', cancel: 'CANCELLED', expire: 'EXPIRED' },
    COMPLETED: { refund_part: 'COMPLETED', refund_rest: 'REFUNDED' },
    FAILED: {},
    CANCELLED: {},
    EXPIRED: {},
    REFUNDED: {},
  },
};

/** Whether the event can happen in the state. */
export const accepts = (status: IntentStatus, event: IntentEvent): boolean =>
  INTENT_STATES.transitions[status][event] !== undefined;

/** The state after the event. The caller has asked `accepts`; another event is a bug. */
export const after = (status: IntentStatus, event: IntentEvent): IntentStatus =>
  present(INTENT_STATES.transitions[status][event], `an intent that is ${status} does not accept ${event}`);
