import { salesSeries, soldOrders, type SalesSeries, type SalesStep } from '@traffic-tacos/platform';
import { readDirectory } from '../beside/read-directory.ts';
import { ordersDirectory } from '../beside/refuse-layout.ts';
import { limitsOf } from '../config/platform-options.ts';
import type { settingsOfEnvironment } from '../config/settings.ts';
import { histogram } from '../terminal/histogram.ts';
import { counted, grouped } from '../terminal/say.ts';

/** As many lines as fit beside the rest of a page. */
const MOST_STEPS = 24;

/** Sales of an event over time, from memory and history of the data directory; undefined where that holds no journal. */
export async function eventSales(settings: ReturnType<typeof settingsOfEnvironment>, eventId: string): Promise<SalesSeries | undefined> {
  const state = await readDirectory(await ordersDirectory(settings.dataDir), limitsOf(settings), true);
  if (state === undefined) return undefined;
  try {
    return salesSeries(soldOrders(state.tables, { eventId }), MOST_STEPS);
  } finally {
    state.close();
  }
}

/** For `--json`. */
export const salesJson = ({ stepMs, steps }: SalesSeries) => ({
  step_seconds: stepMs / 1000,
  series: steps.map(({ fromMs, orders, places, amountMinor, refundedOrders }) => ({
    from: new Date(fromMs).toISOString(), orders, places, amount: amountMinor, refunded_orders: refundedOrders,
  })),
});

/** A small histogram of places sold; what the length of a step is stands above it. */
export function salesText({ stepMs, steps }: SalesSeries): string {
  if (steps.length === 0) return 'sales over time: none yet';
  const places = steps.reduce((sum, step) => sum + step.places, 0);
  const rows = steps.map((step) => ({ label: new Date(step.fromMs).toISOString().slice(0, 19).replace('T', ' '), value: step.places, facts: factsOf(step) }));
  return `sales over time: ${counted(places, 'place')}, each line ${lengthOf(stepMs)} (UTC)\n${histogram(rows, '  ')}`;
}

function factsOf({ places, orders, refundedOrders }: SalesStep): string {
  if (orders === 0) return '';
  return `${grouped(places)} in ${counted(orders, 'order')}${refundedOrders === 0 ? '' : `, ${grouped(refundedOrders)} refunded`}`;
}

const UNITS = [[86_400_000, 'day'], [3_600_000, 'hour'], [60_000, 'minute'], [1_000, 'second']] as const;

function lengthOf(stepMs: number): string {
  const [unitMs, name] = UNITS.find(([ms]) => stepMs % ms === 0) ?? [1, 'ms'];
  return counted(stepMs / unitMs, name);
}
