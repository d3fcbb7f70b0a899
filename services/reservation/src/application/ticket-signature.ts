import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { parseId, withPrefix, type OrderId } from '@traffic-tacos/kernel';
import { isEarlierCode } from './ticket-code.ts';
import type { TicketClaims } from '../ports/ticket-signer.ts';

/** A key of a published key set (RFC 7517), as far as tickets are concerned with it. */
export interface PublishedKey {
  readonly kid?: string;
  readonly kty?: string;
  readonly crv?: string;
  readonly x?: string;
}

/** A type of its own, so that a ticket is never taken for a token, nor a token for a ticket. */
const TYPE = 'ticket+jwt';
/** Longer texts are no tickets: seat and event ids have limits. */
const MOST_CHARS = 2_048;

/** What a genuine ticket says. Whether it is void, only the platform or its list of refunded orders knows. */
export interface ReadTicket {
  readonly ticketId: string;
  readonly orderId: OrderId;
  readonly eventId: string;
  readonly seatId: string | undefined;
  readonly issuedAtSeconds: number;
}

export type TicketVerdict =
  | { readonly kind: 'genuine'; readonly ticket: ReadTicket }
  | { readonly kind: 'not_a_ticket' }
  /** It may be one from before codes were signed: only the platform can tell. */
  | { readonly kind: 'earlier_form' }
  | { readonly kind: 'unknown_key'; readonly kid: string }
  | { readonly kind: 'signature_wrong' };

/** A compact JWS (RFC 7515) over the claims. Ed25519 signs the same bytes the same way every time. */
export function signTicket(claims: TicketClaims, privateKey: KeyObject, kid: string): string {
  const signed = signedPart(claims, kid);
  return withSignature(signed, sign(null, Buffer.from(signed), privateKey));
}

/** The same, beside other work: a signature takes some 20 µs, this 4 of the caller's. */
export async function signTicketAside(claims: TicketClaims, privateKey: KeyObject, kid: string): Promise<string> {
  const signed = signedPart(claims, kid);
  return withSignature(signed, await signAside(null, Buffer.from(signed), privateKey));
}

const signAside = promisify(sign);
const signedPart = (claims: TicketClaims, kid: string): string => `${encode({ alg: 'EdDSA', typ: TYPE, kid })}.${encode(claims)}`;
const withSignature = (signed: string, signature: Buffer): string => `${signed}.${signature.toString('base64url')}`;

/** Verifies a code with the published keys alone. Keys of other kinds among them are not looked at. */
export function verifyTicket(code: string, keys: readonly PublishedKey[]): TicketVerdict {
  if (isEarlierCode(code)) return { kind: 'earlier_form' };
  const parts = code.split('.');
  const [head = '', payload = '', signature = ''] = parts;
  const { alg, typ, kid } = decode(head);
  if (parts.length !== 3 || code.length > MOST_CHARS || alg !== 'EdDSA' || typ !== TYPE || typeof kid !== 'string') return { kind: 'not_a_ticket' };
  const published = keys.find((each) => each.kid === kid && each.kty === 'OKP' && each.crv === 'Ed25519');
  const key = published === undefined ? undefined : readKey(published);
  if (key === undefined) return { kind: 'unknown_key', kid };
  const bytes = Buffer.from(signature, 'base64url');
  // Every bit of the text counts: an encoding with other trailing bits is another code.
  const isGenuine = bytes.toString('base64url') === signature && verify(null, Buffer.from(`${head}.${payload}`), key, bytes);
  if (!isGenuine) return { kind: 'signature_wrong' };
  const ticket = ticketIn(decode(payload));
  return ticket === undefined ? { kind: 'not_a_ticket' } : { kind: 'genuine', ticket };
}

function readKey({ x = '' }: PublishedKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch {
    // What is published under that name is no key: nothing can be verified with it.
    return undefined;
  }
}

/** The order that a ticket is of; undefined for a text that is no ticket's id. */
export function orderOfTicket(ticketId: string): OrderId | undefined {
  const [, id] = /^(tkt_[0-9A-Z]{26})-[1-9]\d{0,3}$/.exec(ticketId) ?? [];
  return id === undefined || parseId('tkt', id) === undefined ? undefined : withPrefix('ord', id);
}

function ticketIn({ sub, event, seat, iat }: Readonly<Record<string, unknown>>): ReadTicket | undefined {
  const orderId = typeof sub === 'string' ? orderOfTicket(sub) : undefined;
  if (orderId === undefined || typeof sub !== 'string' || typeof event !== 'string' || typeof iat !== 'number') return undefined;
  return { ticketId: sub, orderId, eventId: event, seatId: typeof seat === 'string' ? seat : undefined, issuedAtSeconds: iat };
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function decode(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // A text that is no JSON has none of the members that are asked for.
    return {};
  }
}
