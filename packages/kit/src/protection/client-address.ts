import { parseIp, type IpAddress } from './ip-address.ts';
import { createNetworks } from './networks.ts';

/** Which client a request comes from, as a text that tells clients apart. */
export type ClientAddressOf = (raw: Forwarded) => string;

/** A request, as far as it says where it comes from. */
interface Forwarded {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

const UNKNOWN = 'unknown';
/** Where one side writes its whole way through proxies, the rest of it says nothing new. */
const MAX_HOPS = 32;
const WITH_PORT = /^(?:\[([^\]]*)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/;

/**
 * The address that a connection comes from; where that is one of our proxies, the one which it and further proxies of ours have written to the right
 * end of `X-Forwarded-For`. What stands left of the first address that is not a proxy's was sent by the client, and counts for nothing.
 *
 * A household has an IPv6 network of 64 bits and may use a new address of it for each request, so that network is the client.
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddressOf {
  const isProxy = createNetworks(trustedProxies);
  const isAlone = trustedProxies.length === 0;
  return ({ headers, socket }) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined) return UNKNOWN;
    const peer = parseIp(remoteAddress);
    if (peer === undefined) return UNKNOWN;
    const forwarded = headers['x-forwarded-for'];
    if (isAlone || typeof forwarded !== 'string' || !isProxy(peer)) return nameOf(peer);
    return nameOf(rightmostUntrusted(forwarded, isProxy) ?? peer);
  };
}

/** Undefined where even the newest entry is unreadable. A chain of nothing but proxies begins with the first of them. */
function rightmostUntrusted(forwarded: string, isProxy: (address: IpAddress) => boolean): IpAddress | undefined {
  let nearest: IpAddress | undefined;
  let end = forwarded.length;
  for (let hops = 0; hops < MAX_HOPS && end >= 0; hops++) {
    const comma = forwarded.lastIndexOf(',', end - 1);
    const address = parseIp(withoutPort(forwarded.slice(comma + 1, end).trim()));
    if (address === undefined) return nearest;
    if (!isProxy(address)) return address;
    nearest = address;
    end = comma === 0 ? -1 : comma;
  }
  return nearest;
}

function withoutPort(text: string): string {
  const [, bracketed, plain] = WITH_PORT.exec(text) ?? [];
  return bracketed ?? plain ?? text;
}

/** As people write it: an address, or the network of an IPv6 household. */
function nameOf(address: IpAddress): string {
  if (typeof address === 'number') return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
  const groups = [112n, 96n, 80n, 64n].map((shift) => ((address >> shift) & 0xffffn).toString(16));
  return `${groups.join(':')}::/64`;
}
