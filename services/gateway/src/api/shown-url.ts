/** An address as people may see it: without its query, in which receivers carry secrets. */
export function shownUrl(text: string): string {
  const url = URL.parse(text);
  return url === null ? '' : `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`;
}
