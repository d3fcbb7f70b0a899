import type { Route } from '@traffic-tacos/kit';

/** The same route under `/api/v1/payments` and, for older clients, `/api/v1/payment`. */
export function underBothPaymentPaths(route: Omit<Route, 'path'>, rest: string): readonly Route[] {
  return [
    { ...route, path: `/api/v1/payments/${rest}` },
    { ...route, path: `/api/v1/payment/${rest}` },
  ];
}
