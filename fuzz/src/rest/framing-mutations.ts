import type { Draw } from '../draw.ts';
import type { RestDraft } from './draft.ts';
import type { RestMutations } from './mutation.ts';
import { writeMembers } from './draft.ts';

/** What can be wrong with the bytes as HTTP. Most of it leaves the connection in doubt, so it is the last thing that is sent on one. */
export const FRAMING_MUTATIONS: RestMutations = {
  packets: { weight: 3, apply: (draft, draw) => void (draft.cuts = Array.from({ length: 1 + draw.below(3) }, () => draw.below(400))) },
  chunked: { weight: 3, apply: (draft) => void (draft.framing = 'chunked') },
  'length wrong': { weight: 1, apply: (draft, draw) => own(draft, [['Content-Length', draw.pick(LENGTHS)]]) },
  'length and chunks': { weight: 1, apply: (draft) => own(draft, [['Content-Length', '5'], ['Transfer-Encoding', 'chunked']]) },
  'two lengths': { weight: 1, apply: (draft, draw) => own(draft, [['Content-Length', '5'], ['Content-Length', draw.pick(['5', '6', ''] as const)]]) },
  'chunks wrong': { weight: 2, apply: (draft, draw) => ownChunks(draft, draw) },
  encoding: { weight: 1, apply: (draft, draw) => own(draft, [['Transfer-Encoding', draw.pick(['identity', 'gzip', 'chunked, gzip', 'gzip, chunked', 'chunkedx', ''] as const)]]) },
  version: { weight: 1, apply: (draft, draw) => isolated(draft, () => (draft.version = draw.pick(['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/9.9', 'http/1.1', 'HTTP/1.1 ', '', 'HTTP/1.1\tx'] as const))) },
  'broken line': { weight: 2, apply: (draft, draw) => isolated(draft, () => draft.headers.push(['', draw.pick(BROKEN_LINES)])) },
  garbage: { weight: 2, apply: (draft, draw) => isolated(draft, () => (draft.tail = draw.chance(50) ? draw.bytes(draw.below(100)) : Buffer.from(draw.pick(TAILS)))) },
  upgrade: { weight: 1, apply: (draft, draw) => isolated(draft, () => draft.headers.push(['Connection', 'Upgrade'], ['Upgrade', draw.pick(['websocket', 'h2c', 'x', ''] as const)])) },
  connection: { weight: 2, apply: (draft, draw) => isolated(draft, () => draft.headers.push(['Connection', draw.pick(['close', 'keep-alive', 'Content-Length', 'x'] as const)])) },
  continue: { weight: 1, apply: (draft) => isolated(draft, () => draft.headers.push(['Expect', '100-continue'])) },
  'no host': { weight: 1, apply: (draft) => isolated(draft, () => draft.headers.push(['Host', ''])) },
};

function isolated(draft: RestDraft, change: () => unknown): void {
  change();
  draft.isIsolated = true;
  draft.isOnRoute = false;
}

const LENGTHS = ['0', '1', '70000', '-1', '1e3', '0x5', '+5', ' 5', '5 ', '5,5', '99999999999999999999', 'x', ''] as const;
const BROKEN_LINES = ['no colon', ': no name', 'a b: c', 'X: a\u0000b', ' folded', '\tfolded', 'X: a\rb', 'X\u00e9: 1', 'X : 1', '\u0000', 'Content-Length : 5', 'X: \u007f'] as const;
const TAILS = ['x', '\r\n\r\n', 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n', '\u0016\u0003\u0001', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'GET', '0\r\n\r\n', 'POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n'] as const;

function own(draft: RestDraft, headers: RestDraft['headers']): void {
  isolated(draft, () => {
    draft.members ??= [];
    draft.framing = 'own';
    draft.headers.push(...headers);
  });
}

const CHUNKS = ['ZZ\r\n', '5\r\nab\r\n', '-1\r\n', 'ffffffffffffffff\r\nx', '1\r\naa\r\n0\r\n\r\n', '1;x=y\r\n{\r\n0\r\n\r\n', '0\r\nTrailer: x\r\n\r\n', '0\r\n__proto__: x\r\n\r\n', '1\n{\n0\n\n', '\r\n', '1 \r\n{\r\n0\r\n\r\n'] as const;

function ownChunks(draft: RestDraft, draw: Draw): void {
  const text = writeMembers(draft.members ?? []);
  own(draft, [['Transfer-Encoding', 'chunked']]);
  const long = `1;${'x'.repeat(20_000)}\r\n{\r\n`;
  draft.body = draw.chance(50) ? Buffer.from(draw.chance(20) ? long : draw.pick(CHUNKS)) : Buffer.from(`${text.length.toString(16)}\r\n${text}\r\n${draw.pick(CHUNKS)}`);
}
