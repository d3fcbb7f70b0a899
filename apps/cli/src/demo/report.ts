import { counted, elapsed, grouped } from '../terminal/say.ts';
import { table } from '../terminal/table.ts';
import type { EndKind, Ledger } from './ledger.ts';
import type { Afterwards, Places } from './look-again.ts';
import type { StepTimes } from './measures.ts';
import type { PlayedSale } from './play-sale.ts';
import { roomReportOf, roomReportText, type RoomReport } from './room-report.ts';
import { CONNECTIONS } from './sale-client.ts';
import type { Judgement } from './verdict.ts';

/** What became of the money. */
interface SalePayments {
  readonly approved: number;
  readonly failed: number;
  /** No result ever came. */
  readonly unanswered: number;
  /** On request, after the order was made. */
  readonly refunded: number;
  /** Captured when the hold was over, or about to be. */
  readonly late: { readonly bought: number; readonly refunded: number };
}

/** Everything that the demo tells at its end. */
export interface SaleReport {
  readonly event: string;
  readonly users: number;
  readonly tookMs: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly holds: number;
  readonly orders: number;
  readonly places: Places;
  readonly payments: SalePayments;
  readonly refusals: Readonly<Record<string, number>>;
  readonly ends: readonly { readonly kind: EndKind; readonly people: number }[];
  readonly steps: readonly StepTimes[];
  /** Undefined where everybody came in at once. */
  readonly waitingRoom: RoomReport | undefined;
  readonly verdict: readonly Judgement[];
  readonly green: boolean;
}

const ENDS: Readonly<Record<EndKind, string>> = {
  bought: 'bought',
  closed_the_tab: 'paid and closed the tab',
  paid_at_the_end: 'paid at the last moment',
  refunded: 'gave their tickets back',
  cancelled: 'changed their mind',
  walked_away: 'walked away from a hold',
  vanished_in_line: 'closed the page in line',
  told_sold_out: 'were told in line that all is sold',
  told_sale_ended: 'were told that the sale has ended',
  too_late: 'were too late to pay',
  lost_every_race: 'lost every race',
  nothing_left: 'found nothing left',
  refused: 'were refused for no reason',
};
const END_KINDS: readonly EndKind[] = ['bought', 'closed_the_tab', 'paid_at_the_end', 'refunded', 'cancelled', 'walked_away', 'too_late', 'lost_every_race', 'nothing_left', 'told_sold_out', 'told_sale_ended', 'vanished_in_line', 'refused'];

/** Gathers the report from what was measured and judged. */
export function reportOf(
  sale: Pick<PlayedSale, 'eventId' | 'ledger' | 'measures' | 'tookMs' | 'room' | 'line'>,
  { afterwards, verdict }: { readonly afterwards: Afterwards; readonly verdict: readonly Judgement[] },
): SaleReport {
  const { eventId, ledger, measures, tookMs, room, line } = sale;
  const { places } = afterwards;
  return {
    event: eventId,
    users: ledger.done,
    tookMs: Math.round(tookMs),
    requests: measures.requests,
    requestsPerSecond: Math.round(measures.requests / (tookMs / 1000)),
    holds: ledger.holds,
    orders: ledger.count('bought') + ledger.count('closed_the_tab') + afterwards.late.bought.length,
    places,
    payments: paymentsOf(ledger, afterwards),
    refusals: measures.refusals,
    ends: END_KINDS.map((kind) => ({ kind, people: ledger.count(kind) })).filter(({ people }) => people > 0),
    steps: measures.times(),
    waitingRoom: room === undefined ? undefined : roomReportOf(room, line, ledger),
    verdict,
    green: verdict.every(({ isSo }) => isSo),
  };
}

/** Who closed the tab has not waited for the result; that it came is seen by the order. */
const paymentsOf = (ledger: Ledger, { closedTabs, refunds, late }: Afterwards): SalePayments => ({
  ...ledger.payments,
  approved: ledger.payments.approved + closedTabs.found,
  refunded: refunds.found,
  late: { bought: late.bought.length, refunded: late.refunded },
});

function paymentsText({ approved, failed, unanswered, refunded, late }: SalePayments): string {
  const lateText = `${grouped(late.bought + late.refunded)} late (${grouped(late.bought)} with their seats, ${grouped(late.refunded)} refunded)`;
  return `${grouped(approved)} approved, ${grouped(failed)} failed, ${grouped(unanswered)} never answered, ${grouped(refunded)} refunded on request, ${lateText}`;
}

/** The report for people. */
export function reportText(report: SaleReport): string {
  const { users, places, payments, tookMs, requests, requestsPerSecond, holds, orders, refusals, ends, steps, waitingRoom, verdict, green } = report;
  const refused = Object.entries(refusals).map(([code, count]) => `${code} ${grouped(count)}`);
  const ended = ends.map(({ kind, people }) => `${grouped(people)} ${ENDS[kind]}`);
  const times = steps.map(({ step, answers, p50Ms, p95Ms, p99Ms }) => [step, answers, p50Ms, p95Ms, p99Ms]);
  return [
    '',
    `Flash sale ${report.event}: ${grouped(users)} people, ${grouped(places.capacity)} places, ${elapsed(tookMs)} · 반짝 세일 결과`,
    '',
    ...(waitingRoom === undefined ? [] : [...roomReportText(waitingRoom), '']),
    `  requests  ${grouped(requests)}, ${grouped(requestsPerSecond)} a second over ${CONNECTIONS} connections`,
    `  holds     ${grouped(holds)}`,
    `  orders    ${grouped(orders)} for ${counted(places.sold, 'place')}`,
    `  payments  ${paymentsText(payments)}`,
    `  refusals  ${refused.length === 0 ? 'none' : refused.join(', ')}`,
    `  people    ${ended.join(', ')}`,
    '',
    table(['step', 'answers', 'p50 ms', 'p95 ms', 'p99 ms'], times, '  '),
    '',
    ...verdict.map(({ isSo, says }) => `  ${isSo ? '✔' : '✖'} ${says}`),
    '',
    green ? '  GREEN: nothing oversold, nothing lost · 초과 판매와 유실이 없습니다' : '  RED: see what is marked with ✖ · ✖ 표시를 확인하세요',
  ].join('\n');
}
