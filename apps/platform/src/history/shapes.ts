import type { HistoryShape } from '@traffic-tacos/journal';
import { HOLD_SHAPE } from '@traffic-tacos/inventory/history';
import { INTENT_SHAPE } from '@traffic-tacos/payment/history';
import { ORDER_SHAPE, RESERVATION_SHAPE } from '@traffic-tacos/reservation/history';

/** All that goes into a history. Loaded by its thread too, so this reaches for nothing but shapes. */
export const HISTORY_SHAPES: readonly HistoryShape<unknown>[] = [HOLD_SHAPE, RESERVATION_SHAPE, ORDER_SHAPE, INTENT_SHAPE] as readonly HistoryShape<unknown>[];

/** Those of a history that has only some of the tables, as that of a service with a journal of its own. */
export const shapesNamed = (names: readonly string[]): readonly HistoryShape<unknown>[] => HISTORY_SHAPES.filter(({ name }) => names.includes(name));
