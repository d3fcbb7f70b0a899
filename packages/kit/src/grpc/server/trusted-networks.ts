import { BlockList, isIPv6 } from 'node:net';

/** Whether a peer, as grpc-js names it (`127.0.0.1:50123`), belongs to a network. */
export type TrustedNetworks = (peer: string) => boolean;

/** `networks`: addresses, or networks in CIDR notation. An IPv4 address counts also where it comes as an IPv6 one. */
export function createTrustedNetworks(networks: readonly string[]): TrustedNetworks {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = familyOf(address);
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (peer) => {
    const address = peer.slice(0, peer.lastIndexOf(':'));
    return list.check(address, familyOf(address));
  };
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');
