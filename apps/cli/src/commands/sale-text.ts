import { textIn, type JsonObject } from '../http/json-fields.ts';

/** When an event can be bought, as it stands at an instant of the platform's wall time. */
export function saleOf(event: JsonObject, nowMs: number): string {
  const [from, to] = [textIn(event, 'sale_starts_at'), textIn(event, 'sale_ends_at')];
  if (to !== '' && Date.parse(to) <= nowMs) return `ended ${to}`;
  const until = to === '' ? '' : ` until ${to}`;
  if (from === '') return `open${until}`;
  return `${Date.parse(from) <= nowMs ? 'open since' : 'from'} ${from}${until}`;
}
