import fc from 'fast-check';

/** A value with a secret somewhere in it. */
export interface Planted {
  readonly secret: string;
  readonly value: unknown;
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const word = fc.stringMatching(/^[a-z][a-z0-9]{7,19}$/);
const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** Known by its form, wherever it stands. */
const formed: fc.Arbitrary<{ readonly secret: string; readonly text: string }> = fc.oneof(
  fc.tuple(word, word, word).map(([a, b, c]) => same(`${base64url(`{"alg":"${a}"}`)}.${base64url(`{"sub":"${b}"}`)}.${base64url(c)}`)),
  word.map((sub) => same(`${base64url('{"alg":"none"}')}.${base64url(`{"sub":"${sub}"}`)}.`)),
  word.map((token) => ({ secret: token, text: `Bearer ${token}` })),
  fc.tuple(word, word).map(([user, password]) => same(Buffer.from(`${user}:${password}`).toString('base64'), 'Basic ')),
  fc.tuple(fc.stringMatching(/^[a-z0-9][a-z0-9._%+'/=?-]{3,20}$/), word, fc.constantFrom('com', 'co.kr', 'example', '한국')).map(([local, domain, tld]) => same(`${local}@${domain}.${tld}`)),
  fc.tuple(word, word).map(([local, domain]) => same(`${local}%40${domain}.com`)),
  fc.tuple(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 13, maxLength: 18 }), fc.constantFrom('', ' ', '-')).map(([digits, gap]) => same(cardNumber(digits, gap))),
  bytes.map((mac) => same(base64(mac), 'v1,')),
  bytes.map((mac) => same(Buffer.from(mac).toString('hex'), 'sha256=')),
  bytes.map((key) => ({ secret: base64(key), text: `-----BEGIN PRIVATE KEY-----\n${base64(key)}\n-----END PRIVATE KEY-----` })),
  fc.tuple(word, word).map(([user, password]) => ({ secret: password, text: `redis://${user}:${password}@cache:6379/0` })),
);

const same = (secret: string, before = ''): { readonly secret: string; readonly text: string } => ({ secret, text: before + secret });

function cardNumber(digits: readonly number[], gap: string): string {
  const sum = digits.toReversed().reduce((total, digit, i) => total + (i % 2 === 1 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2), 0);
  return [...digits, (10 - (sum % 10)) % 10].join('').replace(/(\d{4})(?=\d)/g, `$1${gap}`);
}

const secretName = fc.constantFrom(
  'password', 'newPassword', 'passwd', 'access_token', 'reservationToken', 'token', 'client_secret', 'webhookSignature', 'X-Webhook-Signature', 'apiKey', 'x-api-key', 'email',
  'user_email', 'cardNumber', 'card_number', 'cvc',
);
const headerName = fc.constantFrom('Authorization', 'authorization', 'Cookie', 'set-cookie', 'proxy-authorization', 'X-Api-Key', 'webhook-signature');
/** No form tells it: only the name beside it does. */
const named: fc.Arbitrary<Planted> = fc.oneof(
  fc.tuple(secretName, fc.string({ minLength: 8, maxLength: 40, unit: 'binary' })).map(([name, secret]) => ({ secret, value: { [name]: secret } })),
  fc.tuple(secretName, fc.stringMatching(/^[\x20-\x7e]{8,40}$/)).map(([name, secret]) => ({ secret, value: JSON.stringify({ before: 1, [name]: secret, after: 2 }) })),
  fc.tuple(secretName, word).map(([name, secret]) => ({ secret, value: JSON.stringify(JSON.stringify({ [name]: secret })) })),
  fc.tuple(secretName, word, fc.constantFrom('=', ': ', '%3D')).map(([name, secret, between]) => ({ secret, value: `GET /x?a=1&${name}${between}${secret}&b=2` })),
  fc.tuple(headerName, word, word).map(([name, user, secret]) => ({ secret, value: [`Host`, 'a', name, `sid=${user}; ${secret}`] })),
  fc.tuple(headerName, word).map(([name, secret]) => ({ secret, value: [[name, secret]] })),
  fc.tuple(fc.constantFrom('Authorization', 'cookie', 'Set-Cookie'), word, word).map(([name, a, secret]) => ({ secret, value: `GET / HTTP/1.1\r\nHost: a\r\n${name}: ${a} ${secret}\r\nAccept: */*\r\n` })),
  fc.tuple(headerName, word).map(([name, secret]) => ({ secret, value: { name, value: secret } })),
  fc.tuple(headerName, word).map(([name, secret]) => ({ secret, value: new Map([[name, secret]]) })),
  fc.tuple(secretName, fc.integer({ min: 10_000_000, max: 99_999_999 })).filter(([name]) => /pass|card|cvc|secret|token$/i.test(name)).map(([name, pin]) => ({ secret: String(pin), value: { [name]: pin } })),
);

/** What may stand around a secret in a text: never part of it. */
const around = fc.oneof(fc.constantFrom('', ' ', '\n', '\t', '"', "'", ', ', ' -> ', '(', '\u0000 '), fc.lorem({ maxCount: 3 }).map((text) => ` ${text} `));
const inText: fc.Arbitrary<Planted> = fc.tuple(formed, around, around).map(([{ secret, text }, before, after]) => ({ secret, value: `${before}${text}${after}` }));
/** So long that the limit of a text falls somewhere into the secret. */
const atTheLimit: fc.Arbitrary<Planted> = fc
  .tuple(formed, fc.integer({ min: 3_900, max: 4_100 }))
  .map(([{ secret, text }, chars]) => ({ secret, value: `${'x '.repeat(chars / 2)}${text} and more` }));

/** The places in which a value may stand. */
const wrappers: readonly ((value: unknown) => unknown)[] = [
  (value) => ({ value: { other: value } }),
  (value) => [1, 'a', value, null],
  (value) => new Map([['k', value]]),
  (value) => new Set([value]),
  (value) => Object.assign(new Error('x'), { cause: value }),
  (value) => new TypeError(textOf(value)),
  (value) => Object.assign(new Error('x'), { code: textOf(value), name: textOf(value) }),
  (value) => new AggregateError([value, new Error(textOf(value))]),
  (value) => ({ [textOf(value)]: 1 }),
  (value) => ({ toJSON: () => value }),
  (value) => ({ value, get broken(): never { throw new TypeError(textOf(value)); } }),
  (value) => JSON.stringify({ body: textOf(value) }),
  (value) => class { static readonly held = value; },
];

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value instanceof Map ? Object.fromEntries(value) : value) ?? 'nothing';
  } catch {
    return 'unreadable';
  }
}

/** A secret of any kind, in any place, up to three places deep. */
export const plantedSecret: fc.Arbitrary<Planted> = fc
  .tuple(fc.oneof(inText, atTheLimit, named), fc.array(fc.constantFrom(...wrappers), { maxLength: 3 }))
  .map(([{ secret, value }, places]) => ({ secret, value: places.reduce((inner, place) => place(inner), value) }));

/** The secret as it may be written in a line of JSON. */
export const isIn = (line: string, secret: string): boolean => line.includes(secret) || line.includes(JSON.stringify(secret).slice(1, -1));
