/**
 * Whether an IP address, as text, is one of the public internet: neither this machine nor a private, shared, link-local, documentation,
 * benchmarking, multicast or reserved one (IANA special-purpose registries), nor an IPv6 form that leads to an IPv4 address. What cannot be
 * read is not public.
 */
export function isPublicAddress(address: string): boolean {
  const v4 = numberOfV4(address);
  if (v4 !== undefined) return isPublicV4(v4);
  const groups = groupsOfV6(address);
  return groups !== undefined && isPublicV6(groups);
}

/** First address and prefix length of each range that is not public. */
const NOT_PUBLIC_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24],
  ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24],
  ['224.0.0.0', 4], ['240.0.0.0', 4],
];

const isPublicV4 = (address: number): boolean =>
  NOT_PUBLIC_V4.every(([first, prefix]) => Math.floor(address / 2 ** (32 - prefix)) !== Math.floor((numberOfV4(first) ?? 0) / 2 ** (32 - prefix)));

/** Global unicast is 2000::/3. Loopback, mapped and translated IPv4, unique local, link-local and multicast all lie outside of it. */
function isPublicV6([first = 0, second = 0]: readonly number[]): boolean {
  const isGlobalUnicast = first >= 0x2000 && first <= 0x3fff;
  const isProtocolAssignment = first === 0x2001 && second < 0x0200;
  const isDocumentation = (first === 0x2001 && second === 0x0db8) || (first === 0x3fff && second < 0x1000);
  const isSixToFour = first === 0x2002;
  return isGlobalUnicast && !isProtocolAssignment && !isDocumentation && !isSixToFour;
}

const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** Only the dotted decimal form without leading zeros, which others read as octal: a URL's host has been brought to it. */
function numberOfV4(address: string): number | undefined {
  const parts = V4.exec(address)?.slice(1);
  if (parts === undefined || parts.some((part) => Number(part) > 255 || String(Number(part)) !== part)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The eight groups of an address; a zone makes it link-local, so it is not one. */
function groupsOfV6(address: string): readonly number[] | undefined {
  const halves = withoutDots(address).split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.map((group) => Number.parseInt(group, 16)) : undefined;
}

/** `::ffff:127.0.0.1` → `::ffff:7f00:1`. */
function withoutDots(address: string): string {
  const at = address.lastIndexOf(':') + 1;
  const v4 = numberOfV4(address.slice(at));
  return v4 === undefined ? address : `${address.slice(0, at)}${Math.floor(v4 / 65_536).toString(16)}:${(v4 % 65_536).toString(16)}`;
}
