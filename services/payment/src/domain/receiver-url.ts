import { isPublicAddress } from './public-address.ts';

/** What is wrong with an address to send results to, by its text alone; undefined: nothing. What its name leads to is looked at with every message. */
export function receiverUrlProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return 'must be an http or https URL';
  if (url.username !== '' || url.password !== '') return 'must not carry credentials';
  return hostIsAddress(url) && !isPublicAddress(addressOf(url)) ? 'must not be an internal address' : undefined;
}

/** Whether the host is an address and no name. The parser has brought decimal, octal, hexadecimal and short forms to the dotted one. */
export const hostIsAddress = ({ hostname }: URL): boolean => hostname.startsWith('[') || /^[\d.]+$/.test(hostname);

/** The address without the brackets that IPv6 has in a URL. */
export const addressOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');
