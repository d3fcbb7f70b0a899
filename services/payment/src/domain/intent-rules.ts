import { cancelIntent, endIntent, processIntent } from './change-intent.ts';
import { createIntent } from './create-intent.ts';
import { forceIntent } from './force-intent.ts';
import { intentAt } from './intent-at.ts';
import { refundIntent } from './refund-intent.ts';

/** The decisions over one intent, as one value: every store is made with them, and a test can break one on purpose. */
export interface IntentRules {
  readonly createIntent: typeof createIntent;
  readonly intentAt: typeof intentAt;
  readonly processIntent: typeof processIntent;
  readonly cancelIntent: typeof cancelIntent;
  readonly refundIntent: typeof refundIntent;
  readonly endIntent: typeof endIntent;
  readonly forceIntent: typeof forceIntent;
}

export const INTENT_RULES: IntentRules = { createIntent, intentAt, processIntent, cancelIntent, refundIntent, endIntent, forceIntent };
