import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { csvLine } from '../src/terminal/csv.ts';
import { histogram } from '../src/terminal/histogram.ts';
import { buy, call, type Bought } from './support/buyer.ts';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory, settingsFor, tacos } from './support/tacos.ts';

type Json = Readonly<Record<string, unknown>>;

describe('a line of CSV', () => {
  it('quotes what RFC 4180 wants quoted, and ends with CR LF', () => {
    assert.equal(csvLine(['a', 1, 'b,c', 'd"e', 'f\ng', '']), 'a,1,"b,c","d""e","f\ng",\r\n');
  });

  it('lets no spreadsheet run what a buyer or organizer has written', () => {
    for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =1', '\uff1d1']) {
      const line = csvLine([formula]);
      assert.match(line, /^"?'/, JSON.stringify(formula));
    }
    assert.equal(csvLine([-5, 'a=b', 'A-1']), '-5,a=b,A-1\r\n');
  });
});

describe('a histogram', () => {
  it('draws the greatest number longest, and never something as nothing', () => {
    const lines = histogram([{ label: 'a', value: 1000, facts: '' }, { label: 'b', value: 1, facts: 'x' }, { label: 'c', value: 0, facts: '' }]).split('\n');
    assert.deepEqual(lines.map((line) => line.match(/[█▏▎▍▌▋▊▉]/g)?.length ?? 0), [32, 1, 0]);
  });
});

describe('tacos export orders, tacos events show', () => {
  const dataDir = scratchDirectory({ after });
  const files = scratchDirectory({ after });
  let platform: RunningPlatform;
  let bought: readonly Bought[] = [];

  before(async () => {
    platform = await startUp(dataDir);
    const event = (id: string, seats: string) => ({ id, name: id, currency: 'KRW', sections: [{ id: 'S', name: 'S', price: 1000, rows: [{ id: 'A', seats }] }] });
    const file = join(files, 'events.json');
    writeFileSync(file, JSON.stringify([event('evt_one', '1-10'), event('evt_two', '1-10')]));
    assert.equal((await platform.tacos('events', 'import', file)).code, 0);
    const token = (await platform.tacos('token', '--user', '=u1')).stdout.trim();
    const { gateway } = platform.addresses;
    bought = [await buy(gateway, token, 'evt_one', ['S-A-1', 'S-A-2']), await buy(gateway, token, 'evt_two', ['S-A-1'])];
    await call(gateway, token, 'POST', '/api/v1/reservations', { event_id: 'evt_one', seat_ids: ['S-A-9'] });
  });
  after(async () => void (await platform.stop('SIGKILL')));

  it('writes every order as a line, beside the running platform, with nothing that a spreadsheet runs', async () => {
    const { code, stdout, stderr } = await platform.tacos('export', 'orders', '--csv');
    assert.equal(code, 0, stderr);
    const lines = stdout.split('\r\n');
    assert.equal(lines[0], 'order_id,reservation_id,event_id,user_id,status,quantity,section,seat_ids,total_amount,currency,payment_intent_id,created_at,ticket_ids');
    assert.equal(lines.length, 4);
    const [first] = bought;
    const expected = `${first?.orderId},${first?.reservationId},evt_one,'=u1,CONFIRMED,2,S,S-A-1 S-A-2,2000,KRW,pay_`;
    assert.equal(lines[1]?.slice(0, expected.length), expected);
    const suffix = first?.orderId.slice('ord_'.length);
    assert.ok(lines[1]?.endsWith(`Z,tkt_${suffix}-1 tkt_${suffix}-2`), 'the tickets in the order of their seats');
    assert.match(stderr, /Exported 2 orders/);
  });

  it('writes every ticket as a line of its own, as a door needs them, narrowed like orders', async () => {
    const { code, stdout, stderr } = await platform.tacos('export', 'tickets', '--csv', '--event', 'evt_one');
    assert.equal(code, 0, stderr);
    const [first] = bought;
    const ticket = (number: number): string => `tkt_${first?.orderId.slice('ord_'.length)}-${number},evt_one,S,S-A-${number},VALID,'=u1,${first?.orderId},`;
    const lines = stdout.split('\r\n');
    assert.deepEqual(lines.map((line) => line.replace(/[^,]+Z$/, '')), ['ticket_id,event_id,section,seat_id,status,user_id,order_id,created_at', ticket(1), ticket(2), '']);
    assert.match(stderr, /Exported 2 tickets/);
    const all = JSON.parse((await platform.tacos('export', 'tickets', '--json')).stdout) as readonly Json[];
    assert.deepEqual(all.map((row) => row['seat_id']), ['S-A-1', 'S-A-2', 'S-A-1']);
  });

  it('narrows to an event and to a time', async () => {
    const idsOf = async (...options: readonly string[]) =>
      (JSON.parse((await platform.tacos('export', 'orders', '--json', ...options)).stdout) as readonly Json[]).map((row) => row['order_id']);
    const [one, two] = bought.map(({ orderId }) => orderId);
    assert.deepEqual(await idsOf(), [one, two]);
    assert.deepEqual(await idsOf('--event', 'evt_two'), [two]);
    assert.deepEqual(await idsOf('--event', 'evt_none'), []);
    const unknown = await platform.tacos('export', 'orders', '--csv', '--event', 'evt_none');
    assert.deepEqual([unknown.code, /Exported 0 orders\.\nThere is no event evt_none: npx tacos events list/.test(unknown.stderr)], [1, true], unknown.stderr);
    const early = await platform.tacos('export', 'orders', '--csv', '--event', 'evt_two', '--to', '2020-01-01');
    assert.deepEqual([early.code, early.stderr.trim()], [0, 'Exported 0 orders.']);
    assert.deepEqual(await idsOf('--from', '2020-01-01', '--to', '2099-01-01T00:00:00+09:00'), [one, two]);
    assert.deepEqual(await idsOf('--to', '2020-01-01'), []);
    assert.deepEqual(await idsOf('--from', '2099-01-01T00:00'), []);
  });

  it('shows sales over time, as text and as a series', async () => {
    const { stdout } = await platform.tacos('events', 'show', 'evt_one');
    assert.match(stdout, /sales over time: 2 places, each line 1 second \(UTC\)\n {2}\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} {2}█{32} {2}2 in 1 order/);
    const shown: Json = JSON.parse((await platform.tacos('events', 'show', 'evt_one', '--json')).stdout);
    const { series } = shown['sales'] as { readonly series: readonly Json[] };
    assert.deepEqual(series.map(({ orders, places, amount, refunded_orders }) => [orders, places, amount, refunded_orders]), [[1, 2, 2000, 0]]);
  });

  it('says what it cannot read: no form, both forms, no time, no directory', async () => {
    for (const options of [[], ['--csv', '--json'], ['--csv', '--from', 'yesterday'], ['--csv', '--to', '2026-13-40']]) {
      const { code, stdout } = await platform.tacos('export', 'orders', ...options);
      assert.deepEqual([code, stdout], [2, ''], options.join(' '));
    }
    const { code, stderr } = await tacos(['export', 'orders', '--csv'], settingsFor(files));
    assert.equal(code, 1);
    assert.match(stderr, /nothing to export/i);
  });
});
