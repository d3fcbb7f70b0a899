import type { Route } from './route.ts';

/** Answers which methods a path is known under; empty for a path that is no route at all. For the rare requests that match no route. */
export type AllowedMethods = (path: string) => readonly string[];

interface Pattern {
  readonly segments: readonly string[];
  readonly methods: readonly string[];
}

export function createAllowedMethods(routes: readonly Route[]): AllowedMethods {
  const patterns: readonly Pattern[] = routes.map(({ method, path }) => ({
    segments: segmentsOf(path),
    methods: method === 'GET' ? ['GET', 'HEAD'] : [method],
  }));
  return (path) => {
    const segments = segmentsOf(path);
    const methods = patterns.filter((pattern) => matches(pattern, segments)).flatMap((pattern) => pattern.methods);
    return [...new Set(methods)].sort();
  };
}

function matches(pattern: Pattern, segments: readonly string[]): boolean {
  if (pattern.segments.length !== segments.length) return false;
  return pattern.segments.every((expected, place) => {
    const given = segments[place] ?? '';
    return expected.startsWith(':') ? given !== '' : expected === given;
  });
}

function segmentsOf(path: string): readonly string[] {
  const query = path.search(/[?#]/);
  const bare = query === -1 ? path : path.slice(0, query);
  const trimmed = bare.length > 1 && bare.endsWith('/') ? bare.slice(0, -1) : bare;
  return trimmed.split('/');
}
