/** Where a path lies, as the rules speak of it. Paths are relative to the root, with forward slashes. */
export type Place = (path: string) => boolean;

export const under =
  (...prefixes: readonly string[]): Place =>
  (path) =>
    prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));

export const either =
  (...places: readonly Place[]): Place =>
  (path) =>
    places.some((place) => place(path));

export const both =
  (...places: readonly Place[]): Place =>
  (path) =>
    places.every((place) => place(path));

export const not =
  (place: Place): Place =>
  (path) =>
    !place(path);

export const matching =
  (pattern: RegExp): Place =>
  (path) =>
    pattern.test(path);

export const everywhere: Place = () => true;

/** Tests, what they share, and the conformance suites that a package offers to the tests of others. */
export const isTest = matching(/(^|\/)test\/|\.test\.ts$|-(?:suite|under-test)\.ts$|(^|\/)src\/testing(\.ts$|\/)/);
export const isService = under('services');
export const isPackage = under('packages');
/** The pure part of a service. */
export const isDomain = matching(/^services\/[^/]+\/src\/domain\//);
export const isAdapter = matching(/\/src\/adapters\//);
/** Where the environment is read and turned into checked settings. */
export const isConfig = matching(/\/src\/config(\/|[^/]*\.ts$)/);
/** What is built to serve: everything but tests, tools and measurement. */
export const isProduct = both(either(isService, isPackage, under('apps', 'sim')), not(isTest));
