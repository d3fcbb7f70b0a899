/** For each command, by its words: one line that is right, and does something useful as it stands or with a name put in. */
const RIGHT_USAGE: Readonly<Record<string, string>> = {
  up: 'npx tacos up --sample',
  demo: 'npx tacos demo --quick',
  token: 'npx tacos token --user u123 --role organizer',
  events: 'npx tacos events list',
  'events import': 'npx tacos events import my-events.json',
  'events export': 'npx tacos events export evt_2025_1001',
  'events list': 'npx tacos events list --json',
  'events show': 'npx tacos events show evt_2025_1001',
  export: 'npx tacos export orders --csv',
  'export orders': 'npx tacos export orders --csv',
  'export tickets': 'npx tacos export tickets --csv --event evt_festival',
  tickets: 'npx tacos tickets verify CODE',
  'tickets verify': 'npx tacos tickets verify CODE --keys ticket-keys.json',
  webhooks: 'npx tacos webhooks rotate',
  'webhooks rotate': 'npx tacos webhooks rotate',
  'webhooks secret': 'npx tacos webhooks secret https://shop.example/hook',
  'webhooks list': 'npx tacos webhooks list',
  'webhooks add': 'npx tacos webhooks add https://shop.example/hook --service shop --types payment.approved',
  'webhooks remove': 'npx tacos webhooks remove ID',
  'webhooks test': 'npx tacos webhooks test ID',
  queue: 'npx tacos queue show evt_2025_1001',
  'queue show': 'npx tacos queue show evt_2025_1001',
  'queue pause': 'npx tacos queue pause EVENT',
  'queue resume': 'npx tacos queue resume EVENT',
  'queue drain': 'npx tacos queue drain EVENT',
  'queue rate': 'npx tacos queue rate EVENT 50',
  'queue schedule': 'npx tacos queue schedule EVENT --sale-starts 2026-12-01T20:00:00+09:00',
  'queue lanes': 'npx tacos queue lanes EVENT general:3 members:1:member',
  'queue fairness': 'npx tacos queue fairness EVENT',
  'queue wait': 'npx tacos queue wait EVENT --user u123',
  'queue draw': 'npx tacos queue draw verify EVENT',
  dlq: 'npx tacos dlq list',
  'dlq list': 'npx tacos dlq list',
  'dlq show': 'npx tacos dlq show ID',
  'dlq replay': 'npx tacos dlq replay --all',
  audit: 'npx tacos audit',
  reconcile: 'npx tacos reconcile',
  verify: 'npx tacos verify http://127.0.0.1:8000',
  doctor: 'npx tacos doctor',
  backup: 'npx tacos backup ./backup-1',
  restore: 'TACOS_DATA_DIR=./data npx tacos restore ./backup-1',
};

const ANY = 'npx tacos up --sample';

/** How the library says which command somebody will have meant. */
const MEANT = /Did you mean (?:one of )?([a-z]+)/;

/** The sentence with which a complaint about wrong usage ends, for the words that somebody called us with and what was complained of. */
export function rightUsageOf(words: readonly string[], complaint = ''): string {
  const [first = '', second = ''] = words.filter((word) => !word.startsWith('-'));
  const [, meant = ''] = MEANT.exec(complaint) ?? [];
  const right = RIGHT_USAGE[`${first} ${meant}`] ?? RIGHT_USAGE[`${first} ${second}`] ?? RIGHT_USAGE[first] ?? RIGHT_USAGE[meant] ?? ANY;
  return `Right would be · 올바른 예: ${right}`;
}
