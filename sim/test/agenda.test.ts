import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualScheduler, ManualTimeSource } from '@traffic-tacos/journal/testing';
import { createDecisionClock } from '@traffic-tacos/journal';
import { Agenda } from '../src/machine/agenda.ts';
import { VirtualTimers } from '../src/machine/virtual-timers.ts';

function machine() {
  const time = new ManualTimeSource();
  const running = { turns: new ManualScheduler(), timers: new VirtualTimers(createDecisionClock(time), () => undefined) };
  const agenda = new Agenda();
  agenda.close();
  const happened: string[] = [];
  const note = (what: string) => (): void => void happened.push(what);
  return { time, running, agenda, happened, note };
}

test('each thing that is under way can be the next, and is taken once', () => {
  const kinds = new Set<unknown>();
  for (let choice = 0; choice < 6; choice++) {
    const { time, running, agenda, happened, note } = machine();
    void agenda.operations.latency();
    void agenda.messages.latency();
    agenda.request(note('request'));
    agenda.answer(note('answer'));
    running.turns.endOfTurn(note('turn'));
    running.timers.after(5, note('timer'));
    time.advance(5);
    kinds.add(agenda.take(running, choice));
    for (let taken = 1; taken < 6; taken++) assert.notEqual(agenda.take(running, 0), undefined);
    assert.equal(agenda.take(running, 0), undefined);
    assert.equal(agenda.isBusy(running), false);
    assert.deepEqual(happened.toSorted(), ['answer', 'request', 'timer', 'turn']);
  }
  assert.deepEqual([...kinds].toSorted(), ['answer', 'message', 'operation', 'request', 'timer', 'turn']);
});

test('answers come in the order in which they were given, but for those that are lost', () => {
  const { running, agenda, happened, note } = machine();
  for (const answer of ['first', 'second', 'third']) agenda.answer(note(answer));
  agenda.take(running, 0);
  assert.ok(agenda.loseAnswer());
  agenda.take(running, 0);
  assert.deepEqual(happened, ['first', 'third']);
  assert.equal(agenda.loseAnswer(), false);
});

test('a disk that stalls ends nothing while other things happen, and goes on after so many', () => {
  const { running, agenda, note } = machine();
  void agenda.operations.latency();
  agenda.stall(2);
  agenda.request(note('request'));
  assert.deepEqual([0, 0, 0].map((choice) => agenda.take(running, choice)), ['request', undefined, 'operation']);
});

test('a timer that is not due is no part of what can happen', () => {
  const { time, running, agenda, note } = machine();
  running.timers.after(5, note('timer'));
  time.advance(4);
  assert.equal(agenda.take(running, 0), undefined);
  time.advance(1);
  assert.equal(agenda.take(running, 0), 'timer');
});
