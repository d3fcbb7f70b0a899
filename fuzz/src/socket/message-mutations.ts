import type { Draw } from '../draw.ts';
import { longText, nested, oddEventId, oddValue, otherThan, Raw } from '../odd-values.ts';
import type { Member } from '../rest/draft.ts';
import type { Sender } from '../world.ts';
import { idOf, signIn, tokenOf, type Message, type SocketDraft } from './draft.ts';
import type { SocketMutations, SocketPlace } from './mutations.ts';

/** What can be wrong with what a client says: members, values, who they are, what they ask for. Each is answered, with an error at worst. */
export const MESSAGE_MUTATIONS: SocketMutations = {
  'another sender': { weight: 8, apply: anotherSender },
  'second sign-in': { weight: 4, apply: (draft, draw, { world, memory }) => alsoSignIn(draft, draw.chance(50) ? memory.person.sender : draw.pick(world.people).sender) },
  'sign-in late': { weight: 2, apply: (draft) => void draft.messages.reverse() },
  "somebody else's id": { weight: 8, apply: (draft, draw, place) => change(draft, draw, ([key, value]) => [[key, key === 'id' ? idOfOthers(draw, place) : value]]) },
  'odd value': { weight: 12, apply: (draft, draw) => change(draft, draw, ([key]) => [[key, oddValue(draw)]]) },
  'other value': { weight: 8, apply: (draft, draw) => change(draft, draw, ([key, value]) => [[key, otherThan(value, draw)]]) },
  'member missing': { weight: 4, apply: (draft, draw) => change(draft, draw, () => []) },
  'member twice': { weight: 3, apply: (draft, draw) => change(draft, draw, (member) => [member, [member[0], oddValue(draw)]]) },
  'unknown member': { weight: 3, apply: (draft, draw) => change(draft, draw, (member) => [member, [draw.pick(['__proto__', 'constructor', 'user_id', 'role', '', 'toString'] as const), oddValue(draw)]]) },
  'last event seen': { weight: 6, apply: (draft, draw) => change(draft, draw, (member) => [member, [draw.pick(['last_event_id', 'lastEventId'] as const), oddEventId(draw)]]) },
  'another topic': { weight: 4, apply: (draft, draw) => change(draft, draw, ([key, value]) => [[key, key === 'topic' ? draw.pick(['', '__proto__', 'constructor', 'orders', 'Reservation', 'x'.repeat(33)] as const) : value]]) },
  'many topics': { weight: 3, apply: manyTopics },
  'another text': { weight: 5, apply: (draft, draw) => void draft.messages.splice(draw.below(draft.messages.length + 1), 0, anotherText(draw)) },
};

function change(draft: SocketDraft, draw: Draw, by: (member: Member) => readonly Member[]): void {
  const at = draw.below(Math.max(1, draft.messages.length));
  const message = draft.messages[at];
  if (message === undefined || typeof message === 'string') return;
  const place = draw.below(Math.max(1, message.length));
  const member = message[place];
  if (member !== undefined) draft.messages[at] = message.toSpliced(place, 1, ...by(member));
}

/** Whoever it is takes the place of the first one wherever their token is shown. */
function anotherSender(draft: SocketDraft, draw: Draw, { world, memory }: SocketPlace): void {
  const others = [world.nobody, world.organizer, world.admin, world.services.gateway, world.services.reservation, draw.pick(world.people).sender, draw.pick(world.forged), draw.pick(world.forged)];
  const [was, other] = [memory.person.sender, draw.pick(others) ?? world.nobody];
  draft.named = draft.named.map((sender) => (sender === was ? other : sender));
  draft.messages = draft.messages.map((message) => (typeof message === 'string' ? message : message.map(([key, value]) => [key, value === tokenOf(was) ? tokenOf(other) : value])));
}

function alsoSignIn(draft: SocketDraft, sender: Sender): void {
  draft.named.push(sender);
  draft.messages.push(signIn(sender));
}

function idOfOthers(draw: Draw, { world }: SocketPlace): string {
  const { held, confirmed, cancelled, intent, order } = draw.pick(world.people);
  return draw.pick([held, confirmed, cancelled, intent, order]);
}

function manyTopics(draft: SocketDraft, draw: Draw, { target, memory }: SocketPlace): void {
  // As many as are answered at once, and more than may be followed.
  for (let i = 0; i < 22; i++) {
    const topic = draw.pick(target.topics) ?? '';
    draft.messages.push([['type', 'subscribe'], ['topic', topic], ['id', draw.chance(30) ? idOf(topic, memory, draw) : `${idOf(topic, memory, draw)}${i}`]]);
  }
}

const TEXTS = ['', ' ', '[]', 'null', '5', '"x"', '{', '{}', '{}{}', '\ufeff{}', '\u0000', '{"type":"ping"', '{"type":["ping"]}', '{"type":"PING"}', '{"type":"__proto__"}', '{"__proto__":{"type":"ping"}}'] as const;

function anotherText(draw: Draw): Message {
  if (draw.chance(20)) return longText(draw).toWellFormed();
  if (draw.chance(20)) return nested(draw);
  const value = oddValue(draw);
  return draw.chance(30) ? `{"type":${value instanceof Raw ? value.text : (JSON.stringify(value) ?? '0')}}`.toWellFormed() : draw.pick(TEXTS);
}
