import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvariantBreach } from '@traffic-tacos/kernel';
import { accepts, after, INTENT_STATES, INTENT_STATUSES } from '../src/domain/intent-states.ts';
import { checkStateMachine } from '../src/domain/state-machine.ts';

describe('the states of an intent', () => {
  it('have no unknown and no unreachable one', () => {
    assert.deepEqual(checkStateMachine(INTENT_STATES), []);
    assert.deepEqual(Object.keys(INTENT_STATES.transitions), [...INTENT_STATUSES]);
  });

  it('lead where the published diagram says, and nowhere else', () => {
    const pairs = INTENT_STATUSES.flatMap((from) => Object.values(INTENT_STATES.transitions[from]).map((to) => `${from} ${to}`));
    assert.deepEqual(pairs, [
      'PENDING PROCESSING', 'PENDING COMPLETED', 'PENDING FAILED', 'PENDING CANCELLED', 'PENDING EXPIRED',
      'PROCESSING COMPLETED', 'PROCESSING FAILED', 'PROCESSING CANCELLED', 'PROCESSING EXPIRED',
      'COMPLETED COMPLETED', 'COMPLETED REFUNDED',
    ]);
  });

  it('refuse an event that the state does not accept', () => {
    assert.equal(accepts('REFUNDED', 'refund_rest'), false);
    assert.throws(() => after('FAILED', 'approve'), InvariantBreach);
  });
});

describe('the check of a state machine', () => {
  it('finds a planted unknown state, as a target and as the start', () => {
    assert.deepEqual(checkStateMachine({ initial: 'A', transitions: { A: { go: 'B' } } }), ['A leads by go to B, which is unknown']);
    assert.deepEqual(checkStateMachine({ initial: 'X', transitions: { A: {} } }), [
      'the initial state X is unknown',
      'A is unreachable from X',
    ]);
  });

  it('finds a planted unreachable state, also one that leads to itself', () => {
    const machine = { initial: 'A', transitions: { A: { go: 'B' }, B: { back: 'A' }, C: { on: 'C' } } };
    assert.deepEqual(checkStateMachine(machine), ['C is unreachable from A']);
  });
});
