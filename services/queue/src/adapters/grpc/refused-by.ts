import { Unavailable } from '@traffic-tacos/kernel';
import type { UpstreamRefusal } from '@traffic-tacos/kit';

/** Another service refuses what the waiting rooms ask, such as their credential: somebody has to mend that, and then it is asked again. */
class RoomRefused extends Unavailable {
  override readonly name = 'RoomRefused';
}

export const refusedBy = ({ status, message }: UpstreamRefusal): RoomRefused => new RoomRefused(`${status}: ${message}`);
