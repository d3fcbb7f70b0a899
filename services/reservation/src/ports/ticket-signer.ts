/** What stands in a ticket's code, for whoever looks at it without asking anybody. Member names are those of RFC 7519 where it has one. */
export interface TicketClaims {
  /** The ticket's id, in which the order's is: `tkt_…-1` is the first of `ord_…`. */
  readonly sub: string;
  readonly event: string;
  /** Undefined for a place in a pool. */
  readonly seat?: string | undefined;
  /** When the order was made, in whole seconds since 1970. */
  readonly iat: number;
}

/** A public Ed25519 key as verifiers read it (RFC 8037). */
export interface TicketKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  /** The key's thumbprint (RFC 7638). */
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

/** Signs tickets. The same claims give the same code as long as the same key is the newest, so a code can be printed again at any time. */
export interface TicketSigner {
  /** A compact JWS of the type `ticket+jwt`, some 300 characters. */
  sign(claims: TicketClaims): string;
  /** Signs beside other work what `sign` is about to be asked for. Resolves when that would be answered at once, or has been left to it; never rejects. */
  prepare(claims: TicketClaims): Promise<void>;
  /** Every key that a genuine ticket may be signed with, newest first. */
  readonly publicKeys: readonly TicketKey[];
}
