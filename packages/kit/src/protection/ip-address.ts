import { isIPv4, isIPv6 } from 'node:net';

/** An address as a number: of 32 bits, or of 128. */
export type IpAddress = number | bigint;

const IPV4_IN_IPV6 = 0xffffn;

/** Reads an address; an IPv4 one that comes as an IPv6 one is that IPv4 one. Undefined for what is none. */
export function parseIp(text: string): IpAddress | undefined {
  if (isIPv4(text)) return ipv4Of(text);
  const bare = text.replace(/%.*$/, '');
  if (!isIPv6(bare)) return undefined;
  const address = ipv6Of(bare);
  return address >> 32n === IPV4_IN_IPV6 ? Number(address & 0xffff_ffffn) : address;
}

function ipv4Of(text: string): number {
  let address = 0;
  let part = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      address = address * 256 + part;
      part = 0;
    } else part = part * 10 + code - 48;
  }
  return address * 256 + part;
}

const GROUPS = 8;

function ipv6Of(text: string): bigint {
  const lastColon = text.lastIndexOf(':');
  const tail = text.slice(lastColon + 1);
  const whole = tail.includes('.') ? `${text.slice(0, lastColon + 1)}${groupsOfIpv4(tail)}` : text;
  const [head = '', rest] = whole.split('::');
  const before = groupsIn(head);
  const after = groupsIn(rest ?? '');
  const zeros: readonly string[] = Array.from({ length: GROUPS - before.length - after.length }, () => '0');
  const groups = rest === undefined ? before : [...before, ...zeros, ...after];
  return groups.reduce((address, group) => (address << 16n) | BigInt(`0x${group}`), 0n);
}

const groupsIn = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));

function groupsOfIpv4(text: string): string {
  const address = ipv4Of(text);
  return `${Math.floor(address / 65_536).toString(16)}:${(address % 65_536).toString(16)}`;
}
