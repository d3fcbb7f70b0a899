import { present } from '@traffic-tacos/kernel';
import { parseIp, type IpAddress } from './ip-address.ts';

/** Whether an address belongs to one of the networks. */
export type Networks = (address: IpAddress) => boolean;

/** `given`: addresses, or networks in CIDR notation (10.0.0.0/8), as the settings have been checked for. */
export function createNetworks(given: readonly string[]): Networks {
  const ipv4: { readonly base: number; readonly size: number }[] = [];
  const ipv6: { readonly base: bigint; readonly shift: bigint }[] = [];
  for (const network of given) {
    const [text = '', prefix] = network.split('/');
    const address = present(parseIp(text), 'a trusted network begins with an address');
    if (typeof address === 'number') {
      const bits = prefix === undefined ? 32 : Number(prefix) - (text.includes(':') ? 96 : 0);
      const size = 2 ** (32 - Math.max(bits, 0));
      ipv4.push({ base: Math.floor(address / size), size });
    } else {
      const shift = BigInt(128 - Number(prefix ?? 128));
      ipv6.push({ base: address >> shift, shift });
    }
  }
  return (address) =>
    typeof address === 'number'
      ? ipv4.some(({ base, size }) => Math.floor(address / size) === base)
      : ipv6.some(({ base, shift }) => address >> shift === base);
}
