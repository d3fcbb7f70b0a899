import { epochMs, type EpochMs } from '@traffic-tacos/kernel';
import type { OrderWithFacts } from '@traffic-tacos/reservation';

/** What was sold in one stretch of time. Refunded orders are counted where they were sold, and named beside. */
export interface SalesStep {
  readonly fromMs: EpochMs;
  readonly orders: number;
  readonly places: number;
  readonly amountMinor: number;
  readonly refundedOrders: number;
}

export interface SalesSeries {
  readonly stepMs: number;
  /** One after the other from the first sale to the last, those without any sale included. */
  readonly steps: readonly SalesStep[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS_MS = [SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY, 30 * DAY];

/** Sales over time, in at most `mostSteps` steps of one length: the shortest of some round ones that does. Steps begin at round instants in UTC. */
export function salesSeries(orders: Iterable<OrderWithFacts>, mostSteps: number): SalesSeries {
  let stepMs = STEPS_MS[0] ?? SECOND;
  let steps = new Map<number, SalesStep>();
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const sold of orders) {
    first = Math.min(first, sold.order.createdAtMs);
    last = Math.max(last, sold.order.createdAtMs);
    while (stepsBetween(first, last, stepMs) > mostSteps) {
      stepMs = STEPS_MS.find((longer) => longer > stepMs) ?? stepMs * 2;
      steps = rejoined(steps.values(), stepMs);
    }
    add(steps, stepOf(sold), stepMs);
  }
  return { stepMs, steps: filled(steps, first, last, stepMs) };
}

const stepsBetween = (first: number, last: number, stepMs: number): number => Math.floor(last / stepMs) - Math.floor(first / stepMs) + 1;

const stepOf = ({ order, reservation }: OrderWithFacts): SalesStep => ({
  fromMs: order.createdAtMs,
  orders: 1,
  places: reservation.quantity,
  amountMinor: reservation.totalMinor,
  refundedOrders: order.status === 'REFUNDED' ? 1 : 0,
});

function add(steps: Map<number, SalesStep>, step: SalesStep, stepMs: number): void {
  const number = Math.floor(step.fromMs / stepMs);
  const known = steps.get(number) ?? nothing(number, stepMs);
  steps.set(number, {
    fromMs: known.fromMs,
    orders: known.orders + step.orders,
    places: known.places + step.places,
    amountMinor: known.amountMinor + step.amountMinor,
    refundedOrders: known.refundedOrders + step.refundedOrders,
  });
}

function rejoined(steps: Iterable<SalesStep>, stepMs: number): Map<number, SalesStep> {
  const joined = new Map<number, SalesStep>();
  for (const step of steps) add(joined, step, stepMs);
  return joined;
}

function filled(steps: ReadonlyMap<number, SalesStep>, first: number, last: number, stepMs: number): readonly SalesStep[] {
  if (steps.size === 0) return [];
  const from = Math.floor(first / stepMs);
  return Array.from({ length: stepsBetween(first, last, stepMs) }, (_, i) => steps.get(from + i) ?? nothing(from + i, stepMs));
}

const nothing = (number: number, stepMs: number): SalesStep => ({ fromMs: epochMs(number * stepMs), orders: 0, places: 0, amountMinor: 0, refundedOrders: 0 });
