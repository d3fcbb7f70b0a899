import { refuse } from '../../errors/registry.ts';
import { tokenOf, type TokenVerifier } from '../../http/authorize.ts';
import type { Caller, Refusal } from '../../http/route.ts';
import type { GrpcCaller } from '../grpc-call.ts';
import type { MethodAccess } from './compiled-method.ts';
import type { GrpcExchange } from './exchange.ts';
import type { GrpcSettings } from './settings.ts';
import { createTrustedNetworks, type TrustedNetworks } from './trusted-networks.ts';

/** Undefined: let in, with `exchange.caller` set. */
export type Entry = Refusal | undefined;

const NO_TOKEN = refuse('UNAUTHENTICATED');
const BAD_HEADER = refuse('UNAUTHENTICATED', { details: [{ field: 'authorization', reason: 'must be a bearer token' }] });
const WRONG_ROLE = refuse('FORBIDDEN');
const LOOPBACK: readonly string[] = ['127.0.0.0/8', '::1'];
const NETWORK: GrpcCaller = Object.freeze({ kind: 'network' });

/** Decides who is calling, and whether the method is for them. Nothing of the message has been read at this point. */
export class Admission {
  readonly #verifier: TokenVerifier;
  /** Undefined unless callers without a token are let in by where they come from. */
  readonly #trusted: TrustedNetworks | undefined;

  constructor(verifier: TokenVerifier, { auth, trustedNetworks }: Pick<GrpcSettings, 'auth' | 'trustedNetworks'>) {
    this.#verifier = verifier;
    this.#trusted = auth === 'network' ? createTrustedNetworks([...LOOPBACK, ...trustedNetworks]) : undefined;
  }

  admit(exchange: GrpcExchange): Entry | Promise<Entry> {
    const { access } = exchange.compiled;
    if (access.ignoresTokens) return undefined;
    const header = exchange.sent('authorization');
    if (header === undefined) return this.#admitWithoutToken(exchange, access);
    const token = tokenOf(header);
    if (token === undefined) return BAD_HEADER;
    const verified = this.#verifier.verify(token);
    return verified instanceof Promise ? verified.then((caller) => enter(exchange, caller)) : enter(exchange, verified);
  }

  #admitWithoutToken(exchange: GrpcExchange, access: MethodAccess): Entry {
    if (access.anyone) return undefined;
    const isTrusted = (access.user || access.service) && this.#trusted !== undefined && comesFrom(this.#trusted, exchange);
    if (!isTrusted) return NO_TOKEN;
    exchange.caller = NETWORK;
    return undefined;
  }
}

function enter(exchange: GrpcExchange, verified: Caller | Refusal): Entry {
  if ('refused' in verified) return verified;
  const { access } = exchange.compiled;
  const { userId, roles, tokenExpiresAtMs } = verified;
  if (roles.includes('service')) {
    if (!access.service && !access.anyone) return WRONG_ROLE;
    exchange.caller = { kind: 'service', name: userId, roles, tokenExpiresAtMs };
  } else {
    if (!access.user && !access.anyone && !(access.admin && roles.includes('admin'))) return WRONG_ROLE;
    exchange.caller = { kind: 'user', userId, roles, tokenExpiresAtMs };
  }
  return undefined;
}

/** A call that a proxy on a trusted network forwards comes from there as well, so one that says it was forwarded does not count. */
function comesFrom(trusted: TrustedNetworks, exchange: GrpcExchange): boolean {
  const isForwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip'].some((name) => exchange.sent(name) !== undefined);
  return !isForwarded && trusted(exchange.raw.getPeer());
}
