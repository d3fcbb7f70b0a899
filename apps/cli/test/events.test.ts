import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseCatalogue } from '@traffic-tacos/inventory';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { eventJson } from '../src/catalogue/event-json.ts';
import { sampleEvents } from '../src/catalogue/sample-events.ts';
import { buy } from './support/buyer.ts';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory, settingsFor, tacos } from './support/tacos.ts';

type Event = Readonly<Record<string, unknown>>;

const event = (id: string, more: Event = {}): Event => ({
  id, name: `Event ${id}`, currency: 'KRW', sections: [{ id: 'R', name: 'R석', price: 150_000, rows: [{ id: 'A', seats: '1-10' }] }], ...more,
});

const CSV = `id,name,currency,section,section_name,price,row,seat,seat_id,capacity,sale_starts_at
evt_csv,"A night, on CSV",KRW,R,R석,150000,A,1-20,,,2026-01-01T00:00:00Z
evt_csv,,,VIP,VIP석,300000,,,VIP-1,,
evt_csv,,,FLOOR,Standing,99000,,,,500,
`;

describe('tacos events', () => {
  const dataDir = scratchDirectory({ after });
  const files = scratchDirectory({ after });
  const elsewhere = scratchDirectory({ after });
  let platform: RunningPlatform;

  const write = (name: string, content: unknown): string => {
    const path = join(files, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const ids = async (): Promise<readonly unknown[]> => {
    const listed: readonly Event[] = JSON.parse((await platform.tacos('events', 'list', '--json')).stdout);
    return listed.map(({ id }) => id);
  };

  before(async () => {
    platform = await startUp(dataDir);
  });
  after(async () => void (await platform.stop('SIGKILL')));

  it('says that there are none, and how to get some', async () => {
    const { code, stdout, stderr } = await platform.tacos('events', 'list');
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /events import FILE/);
  });

  it('imports a file with one event, and one with a list, together', async () => {
    const { code, stdout } = await platform.tacos('events', 'import', write('one.json', event('evt_one')), write('two.json', [event('evt_two'), event('evt_three')]), '--json');
    assert.equal(code, 0);
    const expected = ['evt_one', 'evt_two', 'evt_three'].map((id) => ({ id, result: 'created', places: 10 }));
    assert.deepEqual(JSON.parse(stdout), expected);
  });

  it('names what it ignores, and says from when on each event can be bought', async () => {
    const notes = write('notes.json', [event('evt_notes', { organizer_note: 'x' }), event('evt_waits', { waiting_room: 'on', sale_starts_at: '2999-01-01T09:00:00+09:00' })]);
    const { code, stdout, stderr } = await platform.tacos('events', 'import', notes);
    assert.equal(code, 0);
    assert.match(stderr, /notes\.json: ignored, since no event has such a field: \[0\]\.organizer_note\n/);
    assert.doesNotMatch(stderr, /Nobody can buy/);
    assert.match(stdout, /evt_notes +10 +created +open\nevt_waits +10 +created +from 2999-01-01T00:00:00\.000Z/);
  });

  it('refuses a field that is almost one of an event: a sale that is to start next year must not start now', async () => {
    const before = await ids();
    const slips = event('evt_slip', { sale_start_at: '2999-01-01T00:00:00Z', saleEnds: '2999-01-02T00:00:00Z', purchase_limt: 2, admission: { persecond: 3 } });
    const { code, stdout, stderr } = await platform.tacos('events', 'import', write('slip.json', slips));
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /because of 4 problems/);
    assert.match(stderr, /slip\.json, sale_start_at: is nothing that a catalogue has; did you mean sale_starts_at\?/);
    assert.match(stderr, /saleEnds: .* sale_ends_at\?[^]*purchase_limt: .* purchase_limit\?[^]*admission\.persecond: .* per_second\?/);
    const csv = await platform.tacos('events', 'import', write('slip.csv', CSV.replace('sale_starts_at', 'sale_start_at').replace('evt_csv', 'evt_slip')));
    assert.deepEqual([csv.code, /slip\.csv, line 1, column sale_start_at: .* sale_starts_at\?/.test(csv.stderr)], [1, true], csv.stderr);
    assert.deepEqual(await ids(), before);
  });

  it('imports CSV, and shows what it says', async () => {
    assert.equal((await platform.tacos('events', 'import', write('night.csv', CSV))).code, 0);
    const { stdout } = await platform.tacos('events', 'show', 'evt_csv');
    assert.match(stdout, /A night, on CSV/);
    assert.match(stdout, /FLOOR +Standing +pool +99,000 +500 +500/);
    assert.match(stdout, /VIP +VIP석 +seats +300,000 +1 +1/);
    assert.match(stdout, /open since 2026-01-01T00:00:00.000Z/);
  });

  it('reads CSV under another name with --csv', async () => {
    const { code, stdout } = await platform.tacos('events', 'import', '--csv', write('night.txt', CSV));
    assert.equal(code, 0);
    assert.match(stdout, /evt_csv +521 +updated/);
  });

  it('refuses bad files as a whole, with every problem and its place, and imports nothing of the good ones either', async () => {
    const before = await ids();
    const good = write('good.json', event('evt_good'));
    const badJson = write('bad.json', [event('evt_bad'), event('evt_worse', { currency: 'won', sections: [{ id: 'R', name: 'R', price: -1, capacity: 5 }] })]);
    const badCsv = write('bad.csv', `${CSV}evt_csv,,,R,,,,,R-Z,many,\nevt_csv,too,few\n`);
    const { code, stdout, stderr } = await platform.tacos('events', 'import', good, badJson, badCsv);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /Nothing was imported/);
    assert.match(stderr, /bad\.json, \[1\]\.currency: /);
    assert.match(stderr, /bad\.json, \[1\]\.sections\[0\]\.price: /);
    assert.match(stderr, /bad\.csv, line 5.*: /);
    assert.match(stderr, /bad\.csv, line 6: has 3 cells under 11 columns/);
    assert.deepEqual(await ids(), before);
  });

  for (const [name, content, reason] of [
    ['broken.json', '[{"id": "evt_x",\n "name" }]', /is not JSON: .*(line 2|position)/],
    ['broken.csv', 'id,name\n"evt_x,1\n', /is not CSV: .*line/],
    ['empty.csv', '', /must name the columns/],
    ['header.csv', 'id,name,currency,section,price\n', /header\.csv: holds no event/],
    ['semicolons.csv', CSV.replaceAll(',', ';'), /semicolons\.csv: has cells that are separated by semicolons; save it with commas between them\n/],
    ['tabs.csv', CSV.replaceAll(',', '\t'), /separated by tabs/],
    ['none.json', '[]', /none\.json: holds no event/],
    ['five.json', '5', /five\.json: must be an event or a list of events/],
  ] as const) {
    it(`refuses ${name} with its reason`, async () => {
      const { code, stderr } = await platform.tacos('events', 'import', write(name, content));
      assert.equal(code, 1);
      assert.match(stderr, reason);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
  }

  it('prints a hundred problems, and counts the others', async () => {
    const { stderr } = await platform.tacos('events', 'import', write('many.json', Array.from({ length: 300 }, () => ({}))));
    assert.match(stderr, /because of 1,001 problems/);
    assert.equal(stderr.match(/many\.json, \[/g)?.length, 100);
    assert.match(stderr, /\n {2}and 901 more problems\nWhat a catalogue says: docs\/guides\/organise-an-event\.md/);
  });

  it('says that a sale is over from its last instant on, and until when one goes on', async () => {
    const times = write('times.json', [event('evt_over', { sale_ends_at: '2026-01-01T00:00:00Z' }), event('evt_until', { sale_ends_at: '2999-01-01T00:00:00Z' })]);
    const { stdout } = await platform.tacos('events', 'import', times);
    assert.match(stdout, /evt_over .* ended 2026-01-01T00:00:00\.000Z\nevt_until .* open until 2999-01-01T00:00:00\.000Z/);
    assert.match((await platform.tacos('events', 'list')).stdout, /evt_over .* ended 2026-01-01/);
    assert.match((await platform.tacos('events', 'show', 'evt_over')).stdout, /sale +ended 2026-01-01/);
  });

  it('refuses bytes that are not UTF-8, a file that is not there, and an event that is in two files', async () => {
    writeFileSync(join(files, 'bytes.json'), Buffer.from([0x5b, 0xff, 0x5d]));
    const refusal = async (...names: readonly string[]): Promise<string> => (await platform.tacos('events', 'import', ...names.map((name) => join(files, name)))).stderr;
    assert.match(await refusal('bytes.json'), /is not UTF-8/);
    assert.match(await refusal('nowhere.json'), /cannot be read: ENOENT/);
    assert.match(await refusal('one.json', 'one.json'), /evt_one is in two of the files/);
  });

  it('passes on what the platform refuses: a seat that is sold cannot be taken away', async () => {
    const { stdout } = await platform.tacos('token', '--user', 'u1');
    await buy(platform.addresses.gateway, stdout.trim(), 'evt_one', ['R-A-1', 'R-A-2']);
    const smaller = write('smaller.json', event('evt_one', { sections: [{ id: 'R', name: 'R석', price: 1, rows: [{ id: 'A', seats: '2-10' }] }] }));
    const { code, stderr } = await platform.tacos('events', 'import', smaller);
    assert.equal(code, 1);
    assert.match(stderr, /EVENT_CONFLICT[^]*R-A-1: .*sold/);
    assert.match((await platform.tacos('events', 'list')).stdout, /evt_one .* 10 +8 +0 +2 +0 +open/);
  });

  it('exports what can be imported again and changes nothing, with rows, aisles, seats of their own, blocked ones and pools', async () => {
    const [theatre, concert, festival] = await sampleEvents().then((events) => ['evt_theatre', 'evt_2025_1001', 'evt_festival'].map((id) => events.find((sample) => sample.id === id)));
    const own = event('evt_full', { venue: 'V', sale_starts_at: '2026-01-01T00:00:00Z', starts_at: '2027-01-01T00:00:00Z', waiting_room: 'on', queue_identity: 'account', admission: { per_second: 5, policy: 'draw' } });
    const file = write('samples.json', [...[theatre, concert, festival].map((sample) => eventJson(sample ?? assert.fail())), own]);
    assert.equal((await platform.tacos('events', 'import', file)).code, 0);
    const { code, stdout } = await platform.tacos('events', 'export', 'evt_theatre', 'evt_2025_1001', 'evt_festival', 'evt_full');
    assert.equal(code, 0);
    assert.deepEqual(parseCatalogue(JSON.parse(stdout), DEFAULT_LIMITS), parseCatalogue(JSON.parse(readFileSync(file, 'utf8')), DEFAULT_LIMITS));
    assert.match((await platform.tacos('events', 'import', write('again.json', stdout))).stdout, /evt_theatre +1,0\d\d +updated/);
    const all: readonly Event[] = JSON.parse((await platform.tacos('events', 'export')).stdout);
    assert.deepEqual(all.map(({ id }) => id), await ids());
    assert.equal((await platform.tacos('events', 'export', 'evt_nowhere')).code, 1);
  });

  it('says of what events show --json prints that it is no catalogue, and what is one', async () => {
    const { stdout } = await platform.tacos('events', 'show', 'evt_one', '--json');
    const { code, stderr } = await platform.tacos('events', 'import', write('shown.json', stdout));
    assert.equal(code, 1);
    assert.match(stderr, /because of 1 problem:\n.*shown\.json: is as events show --json prints it, .* npx tacos events export ID/);
  });

  it('says when an event is not there, with exit code 1', async () => {
    const { code, stdout, stderr } = await platform.tacos('events', 'show', 'evt_nowhere');
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /EVENT_NOT_FOUND.* npx tacos events list shows/);
  });

  it('talks to the address of --url, and says so when nobody answers there', async () => {
    const settings = settingsFor(files);
    assert.match((await tacos(['events', 'show', 'evt_two', '--url', platform.addresses.inventory], settings)).stdout, /Event evt_two/);
    assert.match((await tacos(['events', 'list', '--url', 'http://127.0.0.1:1'], settings)).stderr, /Nobody answers at http:\/\/127\.0\.0\.1:1/);
    assert.equal((await tacos(['events', 'list', '--url', 'nonsense'], settings)).code, 2);
    for (const words of [['list'], ['show', 'evt_two'], ['import', join(files, 'two.json')]]) {
      const other = await tacos(['events', ...words, '--url', platform.addresses.gateway], platform.settings);
      assert.deepEqual([other.code, /is not an inventory: .* port 8020/.test(other.stderr)], [1, true], other.stderr);
    }
    const { code, stderr } = await tacos(['events', 'list'], settings);
    assert.equal(code, 1);
    assert.match(stderr, /No platform runs in/);
  });

  it('says so when the platform does not believe the keys of this directory', async () => {
    const strange = await startUp(elsewhere);
    await strange.stop();
    const { code, stderr } = await tacos(['events', 'import', join(files, 'two.json'), '--url', platform.addresses.inventory], strange.settings);
    assert.equal(code, 1);
    assert.match(stderr, /does not believe tokens of this data directory/);
  });
});
