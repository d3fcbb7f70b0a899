import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { buy } from './support/buyer.ts';
import { addressesIn, startUp } from './support/running-platform.ts';
import { freePorts } from './support/separate.ts';
import { endedInTime, neutralEnvironment, scratchDirectory, settingsFor, tacos } from './support/tacos.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const NO_TRACE = /\n\s+at /;

describe('tacos up refuses to start', () => {
  const dataDir = scratchDirectory({ after });

  /** The journal's only segment, and its length before anything was bought. */
  const segment = 'segment-0000000000000001.journal';
  const path = join(dataDir, 'journal', segment);
  let lengthAtFirst = 0;

  before(async () => {
    const platform = await startUp(dataDir, ['--sample']);
    lengthAtFirst = readFileSync(path).length;
    const { stdout } = await platform.tacos('token', '--user', 'u1');
    for (const row of [1, 2, 3]) await buy(platform.addresses.gateway, stdout.trim(), 'evt_2025_1001', [`VIP-${row}-3`]);
    await platform.stop();
  });

  it('on settings that are not right: all of them at once, exit code 2', async () => {
    const { code, stderr } = await tacos(['up'], { ...settingsFor(dataDir), HOLD_SECONDS: 'soon', GATEWAY_PORT: '70000' });
    assert.equal(code, 2);
    assert.match(stderr, /HOLD_SECONDS must be a duration/);
    assert.match(stderr, /GATEWAY_PORT must be a whole number from 0 to 65535/);
    assert.doesNotMatch(stderr, NO_TRACE);
  });

  it('on settings that contradict each other, exit code 2', async () => {
    const { code, stderr } = await tacos(['up'], { ...settingsFor(dataDir), PAYMENT_DELAY_MS: '2000', PAYMENT_INTENT_TTL_SECONDS: '1' });
    assert.equal(code, 2);
    assert.match(stderr, /PAYMENT_DELAY_MS/);
  });

  it('on an address that is not of this machine', async () => {
    const { code, stderr } = await tacos(['up'], { ...settingsFor(dataDir), BIND_ADDRESS: '192.0.2.1' });
    assert.equal(code, 1);
    assert.match(stderr, /EADDRNOTAVAIL.*192\.0\.2\.1[^]*BIND_ADDRESS/);
    assert.doesNotMatch(stderr, NO_TRACE);
  });

  it('on a data directory that is a file', async (test) => {
    const file = join(scratchDirectory(test), 'file');
    writeFileSync(file, '');
    const { code, stderr } = await tacos(['up'], settingsFor(file));
    assert.equal(code, 1);
    assert.match(stderr, /TACOS_DATA_DIR/);
    assert.doesNotMatch(stderr, NO_TRACE);
  });

  it('on a directory with files of something else, and leaves it as it was', async (test) => {
    const foreign = scratchDirectory(test);
    mkdirSync(join(foreign, 'journal'));
    writeFileSync(join(foreign, 'journal', 'readme.txt'), '');
    writeFileSync(join(foreign, 'notes.txt'), '');
    for (const words of [['up'], ['up', '--separate']]) {
      const { code, stderr } = await tacos(words, { ...settingsFor(foreign), ...(words.length > 1 ? await freePorts() : {}) });
      assert.equal(code, 1);
      assert.match(stderr, /(no data directory of Traffic Tacos: it holds notes\.txt, journal\/readme\.txt, and no journal|holds one journal of all services)/);
      assert.doesNotMatch(stderr, NO_TRACE);
    }
    assert.deepEqual([readdirSync(foreign), readdirSync(join(foreign, 'journal'))], [['journal', 'notes.txt'], ['readme.txt']]);
  });

  it('on a port that is taken, before anything is written', async (test) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = String(typeof address === 'object' ? address?.port : '');
    for (const words of [['up'], ['up', '--separate']]) {
      const scratch = join(scratchDirectory(test), 'data');
      const { code, stderr } = await tacos(words, { ...settingsFor(scratch), ...(await freePorts()), WORKER_GRPC_PORT: port });
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: EADDRINUSE\nPort ${port} \\(worker over gRPC, WORKER_GRPC_PORT\\) is taken by another program`));
      assert.equal(existsSync(scratch), false, words.join(' '));
    }
    taken.close();
  });

  it('on keys that others may read, with the command that mends it', async () => {
    const keyFile = join(dataDir, 'keys', 'signing-keys.json');
    chmodSync(keyFile, 0o644);
    const { code, stderr } = await tacos(['up'], settingsFor(dataDir));
    chmodSync(keyFile, 0o600);
    assert.equal(code, 1);
    assert.match(stderr, /chmod 600/);
    assert.doesNotMatch(stderr, NO_TRACE);
  });

  it('S2: on a flipped bit before the last group, with the way back, which works', async () => {
    const bytes = readFileSync(path);
    const middle = Math.floor((lengthAtFirst + bytes.length) / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    writeFileSync(path, bytes);

    const { code, stderr } = await tacos(['up'], settingsFor(dataDir));
    assert.equal(code, 1, stderr);
    assert.doesNotMatch(stderr, NO_TRACE);
    const [, cut = ''] = /npx tacos up --cut (\S+)/.exec(stderr) ?? [];
    assert.match(cut, new RegExp(`^${segment}:\\d+$`), stderr);

    const platform = await startUp(dataDir, ['--cut', cut]);
    assert.equal((await platform.stop()).code, 0);
  });

  it('on a cut that names no place', async () => {
    assert.equal((await tacos(['up', '--cut', 'somewhere'], settingsFor(dataDir))).code, 2);
    const { code, stderr } = await tacos(['up', '--cut', 'segment-0000000000009999.journal:100'], settingsFor(dataDir));
    assert.equal(code, 1);
    assert.match(stderr, /nothing is damaged at/);
  });
});

describe('tacos up when the disk is full under it', () => {
  /** Starts it where the system refuses files of more than so many KiB: journal and log alike. */
  const limited = (dataDir: string, kib: number, words: readonly string[]): ChildProcess => {
    // Kept code must not be cut off by the limit, nor what is covered, which would make all coverage unreadable. Node hands the
    // variable on to its children unless it is set, so it is set to nothing.
    const unkept = { NODE_DISABLE_COMPILE_CACHE: '1', NODE_V8_COVERAGE: '' };
    const env = { ...neutralEnvironment(), ...settingsFor(dataDir), ...unkept, RATE_LIMIT_ENABLED: 'false', LOG_LEVEL: 'debug', LOG_FILE: join(dataDir, 'log') };
    return spawn('bash', ['-c', `trap '' XFSZ; ulimit -f ${kib}; exec "$0" "$@"`, process.execPath, MAIN, 'up', ...words], { env });
  };

  /** A directory in which the platform has run before, so that what is of fixed size is there. */
  const prepared = async (test: TestContext): Promise<string> => {
    const dataDir = scratchDirectory(test);
    const platform = await startUp(dataDir);
    await platform.stop('SIGINT');
    return dataDir;
  };

  it('S3: ends with a code that is not 0 when nothing can be written at its start, and says what to do', async (test) => {
    const { code, stderr } = await endedInTime(limited(scratchDirectory(test), 8, ['--sample']));
    assert.equal(code, 1);
    assert.match(stderr, /cannot write the history .*\nLook at the disk: is it full/);
    assert.doesNotMatch(stderr, NO_TRACE);
  });

  it('S3: is gone within 5 s of the write that failed, though its log cannot be written either', async (test) => {
    const dataDir = await prepared(test);
    const child = limited(dataDir, 40, []);
    const end = endedInTime(child);
    await once(child.stdout ?? child, 'data');
    const { gateway } = addressesIn(dataDir).addresses;
    // A line of the log for each: more than fits.
    for (let request = 0; request < 400; request++) assert.equal((await fetch(`${gateway}/api/v1/events`)).status, 200);
    const seat_ids = Array.from({ length: 5_000 }, (_, seat) => `a-seat-${seat}`);
    const large = join(scratchDirectory(test), 'large.json');
    writeFileSync(large, JSON.stringify({ id: 'evt_large', name: 'Large', currency: 'KRW', sections: [{ id: 'S', price: 1, seat_ids }] }));
    const imported = await tacos(['events', 'import', large], settingsFor(dataDir));
    const failedMs = performance.now();
    assert.equal(imported.code, 1);
    assert.match(imported.stderr, /SERVICE_UNAVAILABLE|Nobody answers/);
    const { code, stderr } = await end;
    assert.equal(code, 1);
    assert.match(stderr, /cannot be sure what is on disk/);
    assert.ok(performance.now() - failedMs < 5_000);
  });

  it('goes on without its log, and stops with exit code 0', async (test) => {
    const dataDir = await prepared(test);
    const child = limited(dataDir, 40, []);
    const end = endedInTime(child);
    await once(child.stdout ?? child, 'data');
    const { gateway } = addressesIn(dataDir).addresses;
    for (let request = 0; request < 400; request++) assert.equal((await fetch(`${gateway}/api/v1/events`)).status, 200);
    child.kill('SIGINT');
    assert.equal((await end).code, 0);
  });
});
