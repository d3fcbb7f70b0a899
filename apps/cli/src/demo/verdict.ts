import type { DirectoryAudit } from '../beside/audit-directory.ts';
import { counted, grouped } from '../terminal/say.ts';
import { seatsTwice, type Ledger } from './ledger.ts';
import type { LineBook } from './line-book.ts';
import type { Afterwards, Found } from './look-again.ts';
import type { Measures } from './measures.ts';
import type { RoomSeen } from './watch-room.ts';

/** One thing that must be so after a sale. */
export interface Judgement {
  readonly isSo: boolean;
  readonly says: string;
}

/** What is held against what must be so. */
export interface Evidence {
  /** How many people were to come. */
  readonly users: number;
  readonly ledger: Ledger;
  readonly measures: Pick<Measures, 'unexpected'>;
  readonly afterwards: Afterwards;
  readonly audit: DirectoryAudit | undefined;
  readonly line: Pick<LineBook, 'positions' | 'jumps'>;
  /** Undefined where everybody came in at once. */
  readonly room: Pick<RoomSeen, 'mostInside' | 'ceiling'> | undefined;
}

/** Judges a sale by what the buyers were told, what is there now, and what the data directory holds. */
export function judgeSale({ users, ledger, measures, afterwards, audit, line, room }: Evidence): readonly Judgement[] {
  const { places, orders, closedTabs, walkedAway, refunds, late } = afterwards;
  const bought = [...ledger.endsOf('bought'), ...ledger.endsOf('closed_the_tab'), ...late.bought];
  const promised = bought.reduce((sum, { held }) => sum + held.quantity, 0);
  const twice = seatsTwice(bought);
  const { sent, apart } = ledger.doubleClicks;
  const { count, first } = measures.unexpected;
  const isBalanced = places.free + places.held + places.sold + places.blocked === places.capacity;
  return [
    { isSo: ledger.done === users && bought.length > 0, says: `everybody got through, and somebody bought: ${ofAll({ expected: users, found: ledger.done })}` },
    { isSo: places.sold <= places.capacity && isBalanced, says: `sold ≤ capacity: ${grouped(places.sold)} of ${grouped(places.capacity)} places` },
    { isSo: twice.length === 0, says: `no seat in two orders: ${twice.length === 0 ? 'none' : twice.slice(0, 10).join(', ')}` },
    { isSo: places.sold === promised, says: `the places sold are the places bought: ${grouped(places.sold)} and ${grouped(promised)}` },
    { isSo: isAll(orders), says: `every acknowledged order is there, with its seats and tickets: ${ofAll(orders)}` },
    { isSo: isAll(closedTabs), says: `who paid and closed the tab has an order all the same: ${ofAll(closedTabs)}` },
    { isSo: isAll(refunds), says: `what was given back on request is refunded, its tickets void: ${ofAll(refunds)}` },
    {
      isSo: late.bought.length + late.refunded === late.expected,
      says: `who paid at the last moment has an order or the money back: ${grouped(late.bought.length)} and ${grouped(late.refunded)} of ${grouped(late.expected)}`,
    },
    walkedAway === undefined
      ? { isSo: true, says: `holds that were left will end by themselves: ${grouped(ledger.count('walked_away'))}, later than this demo waits` }
      : { isSo: isAll(walkedAway) && places.held === 0, says: `holds that were left have ended by themselves: ${ofAll(walkedAway)}` },
    { isSo: apart === 0, says: `a double click is one reservation: ${ofAll({ expected: sent, found: sent - apart })}` },
    ...(room === undefined ? [] : roomJudgements(line, room)),
    auditJudgement(audit),
    { isSo: count === 0, says: `no unexpected answer: ${count === 0 ? 'none' : `${counted(count, 'answer')}, first ${first.join('; ')}`}` },
  ];
}

function roomJudgements({ positions, jumps }: Evidence['line'], { mostInside, ceiling }: NonNullable<Evidence['room']>): readonly Judgement[] {
  return [
    { isSo: positions.shown > 0 && positions.grown === 0, says: `nobody's position in line has grown: ${positions.grown === 0 ? `${grouped(positions.shown)} shown` : `${grouped(positions.grown)} of ${grouped(positions.shown)} did`}` },
    { isSo: mostInside <= ceiling, says: `never more people inside than the ceiling: at most ${grouped(mostInside)} of ${grouped(ceiling)}` },
    { isSo: jumps.gotIn === 0, says: `nobody got seats past the line: ${grouped(jumps.gotIn)} of ${grouped(jumps.tried)} who tried` },
  ];
}

function auditJudgement(audit: DirectoryAudit | undefined): Judgement {
  if (audit === undefined) return { isSo: false, says: 'audit: no journal was found' };
  const { breaches, records } = audit;
  const [first] = breaches;
  if (first === undefined) return { isSo: true, says: `audit of the data directory: green over ${counted(records, 'record')}` };
  return { isSo: false, says: `audit: ${counted(breaches.length, 'breach', 'breaches')}, first ${first.invariant} ${first.subject} ${first.detail}` };
}

const isAll = ({ expected, found }: Found): boolean => expected === found;
const ofAll = ({ expected, found }: Found): string => `${grouped(found)} of ${grouped(expected)}`;
