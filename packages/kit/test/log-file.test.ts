import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLogger, LOG_LEVELS, reopenOnHangup } from '../src/index.ts';

const messagesIn = (file: string): readonly string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => String((JSON.parse(line) as { readonly msg: string }).msg));

test('LOG_FILE: after it was moved away, SIGHUP opens it anew; no line is lost and none is in both', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tacos-log-'));
  try {
    const file = join(dir, 'logs', 'platform.log');
    const logger = createLogger({ service: 'a', level: 'info', destination: file });
    logger.info({}, 'before');
    await logger.flush();
    const signals = new EventEmitter();
    const end = reopenOnHangup(signals, logger.named('b'));
    renameSync(file, `${file}.1`);
    signals.emit('SIGHUP');
    logger.info({}, 'after');
    await logger.flush();
    assert.deepEqual(messagesIn(`${file}.1`), ['before']);
    assert.deepEqual(messagesIn(file), ['the log goes on in a file that was opened anew', 'after']);
    end();
    assert.equal(signals.listenerCount('SIGHUP'), 0);
    if (process.platform !== 'win32') assert.deepEqual([file, `${file}.1`].map((each) => statSync(each).mode & 0o777), [0o600, 0o600], 'for its owner alone, as the data beside it');
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('LOG_LEVEL: what is less important is not written; silent writes nothing', () => {
  for (const level of LOG_LEVELS) {
    const lines: string[] = [];
    const logger = createLogger({ service: 'a', level, destination: { write: (line: string) => void lines.push(line) } });
    for (const each of ['debug', 'info', 'warn', 'error'] as const) logger[each]({}, each);
    assert.deepEqual(lines.map((line) => (JSON.parse(line) as { readonly level: string }).level), ['debug', 'info', 'warn', 'error'].slice(LOG_LEVELS.indexOf(level)));
    logger.reopen();
  }
});
