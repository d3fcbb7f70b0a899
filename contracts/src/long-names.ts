/** What old examples write in front of a service's name: `com.traffic_tacos.reservation.v1.ReservationService`. */
export const LONG_NAME_PREFIX = 'com.traffic_tacos.';

/** The same methods under the service's long name, which a server answers too. */
export function longNamedRpcs<Service extends Readonly<Record<string, { readonly path: string }>>>(service: Service): Service {
  const methods = Object.entries(service).map(([name, rpc]) => [name, { ...rpc, path: `/${LONG_NAME_PREFIX}${rpc.path.slice(1)}` }]);
  return Object.fromEntries(methods) as Service;
}

/** The path of a method under the service's own name, whichever of the two it was called by. */
export function shortPath(path: string): string {
  return path.startsWith(`/${LONG_NAME_PREFIX}`) ? `/${path.slice(1 + LONG_NAME_PREFIX.length)}` : path;
}
