import { DIFFERENCES, STATES, type DifferenceFacts, type DifferenceRule, type StateFacts } from '@traffic-tacos/platform';

/** The page of the differences between records: the closed list, by what is done about them. */
export function differencesPage(): string {
  const parts = (['heal', 'alarm', 'stop'] as const).flatMap((rule) => [`## ${HEADINGS[rule]}`, '', '| Difference | What it means | What follows |', '|---|---|---|', ...rowsOf(rule), '']);
  return [DIFFERENCES_INTRODUCTION, '', ...parts].join('\n');
}

const HEADINGS: Readonly<Record<DifferenceRule, string>> = { heal: 'Healed by a rule', alarm: 'Told, for a person to decide', stop: 'Ends the process' };

const rowsOf = (rule: DifferenceRule): readonly string[] =>
  Object.entries<DifferenceFacts>(DIFFERENCES)
    .filter(([, facts]) => facts.rule === rule)
    .map(([kind, { means, follows }]) => row(`\`${kind}\``, means, follows));

/** The page of the states: each with its owner and its timer. */
export function statesPage(): string {
  const parts = Object.entries(STATES).flatMap(([record, states]) => [
    `## ${record[0]?.toUpperCase() ?? ''}${record.slice(1)}`, '', '| State | Owner | Timer | Found when it did not come |', '|---|---|---|---|',
    ...Object.entries<StateFacts>(states).map(([state, { owner, timer, nets }]) => row(`\`${state}\``, owner, timer, nets.map((kind) => `\`${kind}\``).join(', '))),
    '',
  ]);
  return [STATES_INTRODUCTION, '', ...parts].join('\n');
}

const row = (...cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const DIFFERENCES_INTRODUCTION = `<!-- Generated from apps/platform/src/audit/difference.ts by npm run reference; do not edit. -->
# Differences between records

Inventory, reservations, orders, payments and outbox are compared with each other all the time, in slices of half a millisecond beside traffic, and at
once by \`npx tacos reconcile\` (\`POST /api/v1/admin/reconcile\`, role \`admin\`). Where nothing was written and nothing is due, nothing is walked. A million reservations
cost some 4 s of processor, spread over about three minutes: what has to be followed within seconds is followed by those whose matter it is, and this is the net below them. What has ended and left
memory is compared by \`npx tacos audit\`, which reads the whole directory; idempotency keys and the history's file are its matter alone.

Where services run apart, the reservation service reads the records of the others in pages of 64, with a pause after each, and compares them by the same rules
([ADR 15](../adr/0015-services-apart-are-compared-where-reservations-are.md)): a million reservations cost some 25 s of processor there, spread over six minutes or more. What it has read of two processes is of
two instants: a difference counts when it is found again six seconds later, both records read anew, and what somebody carries through meanwhile is waited for. The inventory looks at its own books. An
owner that does not answer is named with what was found (\`unreached\`), and then nothing says that all is well. Only what one journal contradicts itself in ends a process there, the inventory by its books and
the reservation service by \`reservation_and_order_disagree\`, \`order_without_reservation\` and \`order_of_other_payment\`: between two of them an older backup of one can have made it, so it is told.

Each difference has a name, a log line and a count in \`reconcile_differences_total\`. What follows from a change is left to whoever should see to it for 2 s. While a
guarantee is broken no rule moves money.`;

const STATES_INTRODUCTION = `<!-- Generated from apps/platform/src/reconcile/states.ts by npm run reference; do not edit. -->
# States, their owners and their timers

No state of a record is without somebody who sees to it, and none that should end is without an instant at which it does. Timers only make visible what is true already:
whoever asks gets the answer of the instant. The last column names what the reconciler ([differences](differences.md)) finds where a timer did not come.`;
