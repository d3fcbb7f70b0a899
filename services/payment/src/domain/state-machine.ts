/** A state machine as data: for each state, the events it accepts and the state that each leads to. */
export interface StateMachine<State extends string, Event extends string> {
  readonly initial: State;
  readonly transitions: Readonly<Record<State, Readonly<Partial<Record<Event, State>>>>>;
}

/**
 * What is wrong with a machine; empty when nothing is. An unknown state is one that a transition or `initial` names and the table
 * lacks; an unreachable one is one that no run from `initial` gets to.
 */
export function checkStateMachine(machine: StateMachine<string, string>): readonly string[] {
  const known = new Set(Object.keys(machine.transitions));
  const problems: string[] = [];
  if (!known.has(machine.initial)) problems.push(`the initial state ${machine.initial} is unknown`);
  for (const [from, events] of Object.entries(machine.transitions)) {
    for (const [event, to] of Object.entries(events)) {
      if (to === undefined || !known.has(to)) problems.push(`${from} leads by ${event} to ${String(to)}, which is unknown`);
    }
  }
  const reached = reachable(machine);
  for (const state of known) if (!reached.has(state)) problems.push(`${state} is unreachable from ${machine.initial}`);
  return problems;
}

function reachable(machine: StateMachine<string, string>): ReadonlySet<string> {
  const reached = new Set<string>();
  const pending = [machine.initial];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    if (reached.has(state)) continue;
    reached.add(state);
    for (const to of Object.values(machine.transitions[state] ?? {})) if (to !== undefined) pending.push(to);
  }
  return reached;
}
