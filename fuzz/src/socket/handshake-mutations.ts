import type { Header } from '../rest/draft.ts';
import type { SocketDraft } from './draft.ts';
import type { SocketMutations } from './mutations.ts';

/** What can be wrong with the request that wants a WebSocket. */
export const HANDSHAKE_MUTATIONS: SocketMutations = {
  'handshake key': { weight: 4, apply: (draft, draw) => set(draft, 'wrong', 'Sec-WebSocket-Key', draw.pick([undefined, '', 'x', 'a'.repeat(24), `${'A'.repeat(21)}===`, `${'A'.repeat(22)}==x`, 'é'.repeat(12), 'A'.repeat(9_000)])) },
  'handshake version': { weight: 3, apply: (draft, draw) => set(draft, 'odd', 'Sec-WebSocket-Version', draw.pick([undefined, '', '0', '7', '8', '12', '14', '99999999999999999999', '-13', '13, 8', '1e1', 'x', '13.0', '0xd'])) },
  'handshake fields': { weight: 3, apply: (draft, draw) => set(draft, 'odd', ...(draw.pick(FIELDS) ?? ['X', ''])) },
  'handshake twice': { weight: 2, apply: (draft, draw) => void (shaken(draft, 'odd').headers = draft.headers.flatMap((header) => (draw.chance(30) ? [header, header] : [header]))) },
  'handshake missing': { weight: 2, apply: (draft, draw) => void (shaken(draft, 'odd').headers = draft.headers.toSpliced(draw.below(draft.headers.length), 1)) },
  'handshake line': { weight: 3, apply: (draft, draw) => void (shaken(draft, 'odd').line = draw.pick(LINES)) },
  'handshake version of HTTP': { weight: 1, apply: (draft, draw) => void (shaken(draft, 'odd').version = draw.pick(['HTTP/1.0', 'HTTP/2.0', 'HTTP/1.1 x', ''] as const)) },
  'foreign page': { weight: 4, apply: (draft, draw) => set(draft, 'foreign', 'Origin', draw.pick(['https://evil.test', 'null', 'http://127.0.0.1:1', 'http://127.0.0.1', 'http://', 'x', '//127.0.0.1'] as const)) },
  hasty: { weight: 4, apply: (draft) => void (draft.isHasty = true) },
};

const FIELDS: readonly Header[] = [
  ['Upgrade', 'WebSocket'], ['Upgrade', 'websocket, h2c'], ['Upgrade', 'h2c'], ['Upgrade', ''], ['Upgrade', 'x'.repeat(5_000)], ['Connection', 'keep-alive, Upgrade'], ['Connection', 'keep-alive'], ['Connection', ''],
  ['Sec-WebSocket-Protocol', 'chat'], ['Sec-WebSocket-Protocol', 'chat, chat'], ['Sec-WebSocket-Protocol', ',,'], ['Sec-WebSocket-Protocol', 'a\u0001b'], ['Sec-WebSocket-Protocol', `${'p,'.repeat(3_000)}p`],
  ['Sec-WebSocket-Extensions', 'permessage-deflate'], ['Sec-WebSocket-Extensions', 'permessage-deflate; server_max_window_bits=99'], ['Sec-WebSocket-Extensions', ';;='], ['Sec-WebSocket-Extensions', 'x'.repeat(9_000)],
  ['Content-Length', '5'], ['Transfer-Encoding', 'chunked'], ['Expect', '100-continue'], ['Authorization', 'Bearer x'], ['Host', ''], ['Host', 'other.test'], ['Cookie', '__proto__=1'], ['Accept-Language', 'ko;q=1e9'],
  ['X-Forwarded-For', '10.0.0.1, x'], ['traceparent', 'x'], ['X-Large', 'a'.repeat(16_500)], ['X-Odd', 'a\rb'], ['', 'no name'], ['HTTP2-Settings', 'AAMAAABkAAQAoAAAAAIAAAAA'],
];

const LINES = [
  'POST /ws', 'HEAD /ws', 'PUT /ws', 'OPTIONS /ws', 'CONNECT /ws', 'get /ws', 'GET /ws?', 'GET /ws?token=x', `GET /ws?${'a'.repeat(9_000)}`, 'GET /ws/', 'GET //ws', 'GET /WS', 'GET /ws%2f', 'GET /ws#x', 'GET /', 'GET *',
  'GET http://evil.test/ws', 'GET /api/v1/events', 'GET /api/v1/queue/stream?token=x', 'POST /api/v1/reservations', 'GET /ws/../ws', 'GET /nothing/here', 'GET /ws ', 'GET',
] as const;

/** Whoever is a stranger stays one, whatever else is odd. */
function shaken(draft: SocketDraft, how: SocketDraft['handshake']): SocketDraft {
  draft.handshake = draft.handshake === 'right' ? how : 'odd';
  draft.isAnswered = false;
  return draft;
}

function set(draft: SocketDraft, how: SocketDraft['handshake'], name: string, value: string | undefined): void {
  const rest = shaken(draft, how).headers.filter(([other]) => other !== name);
  draft.headers = value === undefined ? rest : [...rest, [name, value]];
}
