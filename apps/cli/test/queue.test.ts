import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'node:test';
import { setImmediate as breathe } from 'node:timers/promises';
import { roomText } from '../src/commands/room-text.ts';
import { call } from './support/buyer.ts';
import { startUp, type RunningPlatform } from './support/running-platform.ts';
import { scratchDirectory } from './support/tacos.ts';

const SECTIONS = [{ id: 'A', name: 'A', price: 1000, seat_ids: ['A-1', 'A-2'] }];
const LATER = { sale_starts_at: '2999-01-01T00:00:00Z' };
const EVENTS = [
  { id: 'evt_line', admission: { policy: 'arrival' } },
  { id: 'evt_arranged' },
  { id: 'evt_slow', admission: { per_second: 1, max_active: 2 } },
  { id: 'evt_open', waiting_room: 'off' },
  { id: 'evt_draw', admission: { policy: 'draw' } },
  { id: 'evt_later', admission: { policy: 'draw' }, ...LATER },
];

describe('tacos queue', () => {
  const dataDir = scratchDirectory({ after });
  let platform: RunningPlatform | undefined;
  let alice = '';
  const running = (): RunningPlatform => platform ?? assert.fail();
  const join = (eventId: string) => call(running().addresses.gateway, alice, 'POST', '/api/v1/queue/join', { event_id: eventId });

  before(async () => {
    platform = await startUp(dataDir);
    const organizer = (await platform.tacos('token', '--user', 'org', '--role', 'organizer')).stdout.trim();
    alice = (await platform.tacos('token', '--user', 'alice')).stdout.trim();
    for (const event of EVENTS) {
      const { status } = await call(platform.addresses.inventory, organizer, 'PUT', `/v1/events/${event.id}`, { waiting_room: 'on', ...event, name: event.id, currency: 'KRW', sections: SECTIONS });
      assert.equal(status, 201);
    }
  });
  after(async () => void (await platform?.stop('SIGKILL')));

  it('wait prints the reservation token of whoever\'s turn it is, and nothing else', async () => {
    const { stdout, code } = await running().tacos('queue', 'wait', 'evt_line', '--user', 'alice');
    assert.match(stdout, /^rtk_[0-9A-Z]{26}\.\d+\.[0-9a-z]+\.[\w-]{22}\n$/);
    assert.equal(code, 0);
    const held = await call(running().addresses.gateway, alice, 'POST', '/api/v1/reservations', { event_id: 'evt_line', seat_ids: ['A-1'], reservation_token: stdout.trim() });
    assert.equal(held.status, 201);
  });

  it('an event to which nobody has come yet shows its own terms, and nobody in line', async () => {
    const { code, stdout } = await running().tacos('queue', 'show', 'evt_slow');
    assert.equal(code, 0);
    assert.equal(stdout, 'evt_slow  open, 1 a second, at most 2 inside\n0 waiting, 0 ready, 0 admitted, 0 holding\nnobody is there, and no turn was given yet\njoining at any time, sale since ever\n');
    assert.match((await running().tacos('queue', 'fairness', 'evt_slow')).stdout, /0 turns given[^]*nobody has had a turn yet/);
    const { code: red, stderr } = await running().tacos('queue', 'draw', 'verify', 'evt_slow');
    assert.deepEqual([red, /^evt_slow has no draw: /.test(stderr)], [1, true], stderr);
  });

  it('an operator\'s word to an event without a waiting room is refused, since it would stop nobody', async () => {
    const tacos = running().tacos;
    for (const words of [['pause', 'evt_open'], ['rate', 'evt_open', '5']]) {
      const { code, stdout, stderr } = await tacos('queue', ...words);
      assert.deepEqual([code, stdout], [1, ''], words.join(' '));
      assert.match(stderr, new RegExp(`evt_open has no waiting room: .* ${words[0]} would stop or slow nobody\\.\nTo end the sale: npx tacos queue schedule evt_open --sale-ends TIME`));
    }
    const shown = await tacos('queue', 'show', 'evt_open');
    assert.match(shown.stdout, /evt_open {2}open, .*\n.*\nnobody is there, and no turn was given yet\nthe event's waiting_room is off: .* pausing stops nobody/);
    const waited = await tacos('queue', 'wait', 'evt_open', '--user', 'alice');
    assert.deepEqual([waited.code, /^evt_open has no waiting room .* held without the token/m.test(waited.stderr)], [0, true], waited.stderr);
    assert.equal((await tacos('queue', 'pause', 'evt_nowhere')).code, 1);
  });

  it('a sale that is over is told as ended', () => {
    const room = { event_id: 'evt_1', mode: 'open', schedule: { sale_starts_at: '2020-01-01T00:00:00.000Z', sale_ends_at: '2020-01-02T00:00:00.000Z' } };
    assert.match(roomText(room), /joining at any time, sale ended 2020-01-02T00:00:00\.000Z$/);
    assert.match(roomText({ ...room, let_in: 1 }), /^1 turn given, 0 of them not claimed$/m);
  });

  it('an operator pauses a room and changes its rate; an event that is not there, and a rate that is none, are told', async () => {
    assert.match((await running().tacos('queue', 'pause', 'evt_line')).stdout, /evt_line {2}paused, 100 a second/);
    const { stdout } = await running().tacos('queue', 'rate', 'evt_line', '7', '--json');
    assert.deepEqual([JSON.parse(stdout).mode, JSON.parse(stdout).per_second], ['paused', 7]);
    assert.equal((await running().tacos('queue', 'show', 'evt_nowhere')).code, 1);
    assert.equal((await running().tacos('queue', 'rate', 'evt_line', 'fast')).code, 2);
  });

  it('an operator arranges schedule and lanes; what is out of order is told with its field', async () => {
    const tacos = running().tacos;
    const set = await tacos('queue', 'schedule', 'evt_arranged', '--opens', '2998-01-01T09:00:00+09:00', '--sale-ends', '2999-01-01T00:00:00Z');
    assert.match(set.stdout, /joining from 2998-01-01T00:00:00.000Z, sale since ever until 2999-01-01T00:00:00.000Z/);
    const { stdout } = await tacos('queue', 'schedule', 'evt_arranged', '--opens', 'none', '--json');
    assert.deepEqual(JSON.parse(stdout).schedule, { sale_ends_at: '2999-01-01T00:00:00.000Z' });
    assert.match((await tacos('queue', 'lanes', 'evt_arranged', 'general:3', 'members:1:member')).stdout, /lane members {2}1 of 4, for whoever is member, 0 in line/);
    const out = await tacos('queue', 'schedule', 'evt_arranged', '--sale-starts', '2999-06-01T00:00:00Z');
    assert.deepEqual([out.code, /sale_ends_at: must be later than saleStartsAt/.test(out.stderr)], [1, true], out.stderr);
  });

  it('tells how fair a room was; no time, no lane and nothing at all are wrong usage', async () => {
    const tacos = running().tacos;
    assert.match((await tacos('queue', 'fairness', 'evt_line')).stdout, /\d turns? given, \d of them not claimed, 0 while somebody silent stood ahead\nwaits: half up to [\d.]+ s, 90 % up to [\d.]+ s/);
    for (const wrong of [['schedule', 'evt_arranged'], ['schedule', 'evt_arranged', '--opens', 'tomorrow'], ['schedule', 'evt_arranged', '--opens', '2998-02-30T09:00:00Z'], ['lanes', 'evt_arranged', 'general']]) {
      assert.equal((await tacos('queue', ...wrong)).code, 2, wrong.join(' '));
    }
  });

  it('a draw is verified from what is published; a hash that somebody else wrote down makes it red', async () => {
    const joined = await join('evt_draw');
    const seedOf = async () => (await call(running().addresses.gateway, alice, 'GET', '/api/v1/queue/draw?event_id=evt_draw')).body['seed'];
    while ((await seedOf()) === undefined) await breathe();
    const { stdout, code } = await running().tacos('queue', 'draw', 'verify', 'evt_draw', '--token', String(joined.body['waiting_token']));
    assert.deepEqual([stdout, code], ['genuine: 1 person drawn\nplace 1 in lane 0\n', 0]);
    const other = await running().tacos('queue', 'draw', 'verify', 'evt_draw', '--seed-hash', '0'.repeat(64));
    assert.deepEqual([other.code, /not the one whose hash/.test(other.stdout)], [1, true]);
    await join('evt_later');
    assert.match((await running().tacos('queue', 'draw', 'verify', 'evt_later')).stderr, /was not held yet. The hash of its seed is [0-9a-f]{64}/);
  });
});
