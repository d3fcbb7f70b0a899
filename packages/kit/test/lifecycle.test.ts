import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { createResources, stopOnSignal } from '../src/index.ts';

const never = (): Promise<void> => new Promise(() => undefined);

test('resources close in reverse order, each after the one before it', async () => {
  const resources = createResources();
  const log: string[] = [];
  const add = (name: string): void =>
    resources.add({
      name,
      close: async () => {
        log.push(`${name} begins`);
        await Promise.resolve();
        log.push(`${name} ends`);
      },
    });
  add('journal');
  add('http');
  const closed = await resources.closeAll(1_000);
  assert.deepEqual(log, ['http begins', 'http ends', 'journal begins', 'journal ends']);
  assert.deepEqual(closed, [{ kind: 'closed', name: 'http' }, { kind: 'closed', name: 'journal' }]);
});

test('one that fails or hangs keeps none of the others open, and all share one deadline', async () => {
  const resources = createResources();
  const error = new TypeError('cannot close');
  let isFirstClosed = false;
  resources.add({ name: 'first', close: () => void (isFirstClosed = true) });
  resources.add({ name: 'hangs', close: never });
  resources.add({ name: 'hangs too', close: never });
  resources.add({
    name: 'throws',
    close: () => {
      throw error;
    },
  });
  const startedMs = performance.now();
  const closed = await resources.closeAll(50);
  assert.ok(performance.now() - startedMs < 10_000);
  assert.deepEqual(closed.slice(0, 3), [
    { kind: 'failed', name: 'throws', error },
    { kind: 'unfinished', name: 'hangs too' },
    { kind: 'unfinished', name: 'hangs' },
  ]);
  assert.equal(isFirstClosed, true);
});

test('closing twice closes once; what is added afterwards is closed at once', async () => {
  const resources = createResources();
  let closes = 0;
  resources.add({ name: 'a', close: () => void closes++ });
  assert.equal(await resources.closeAll(1_000), await resources.closeAll(1_000));
  assert.equal(closes, 1);
  resources.add({ name: 'late', close: () => void closes++ });
  assert.equal(closes, 2);
});

/** A process as far as signals go. */
class Signalled extends EventEmitter {
  readonly exited = Promise.withResolvers<number>();

  exit(code: number): void {
    this.exited.resolve(code);
  }
}

test('the first signal stops in order and ends with the code that stopping gives; failing to stop is 1', async () => {
  const orderly = new Signalled();
  const signals: string[] = [];
  stopOnSignal(orderly, async (signal) => {
    signals.push(signal);
    return 0;
  });
  orderly.emit('SIGTERM');
  assert.equal(await orderly.exited.promise, 0);
  assert.deepEqual(signals, ['SIGTERM']);

  const failing = new Signalled();
  stopOnSignal(failing, () => Promise.reject(new TypeError('x')));
  failing.emit('SIGINT');
  assert.equal(await failing.exited.promise, 1);
});

test('a second signal ends the process at once, and the listeners can be taken away', async () => {
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
    const target = new Signalled();
    let stops = 0;
    stopOnSignal(target, () => {
      stops++;
      return new Promise(() => undefined);
    });
    target.emit('SIGTERM');
    target.emit(signal);
    assert.deepEqual([await target.exited.promise, stops], [code, 1]);
  }
  const target = new Signalled();
  stopOnSignal(target, () => Promise.resolve(0))();
  assert.equal(target.listenerCount('SIGINT') + target.listenerCount('SIGTERM'), 0);
});
