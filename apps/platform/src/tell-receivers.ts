import type { Publisher } from '@traffic-tacos/journal';
import type { Registrations } from '@traffic-tacos/payment';

/**
 * Hands events to the bus, and what it took to registered receivers. What it did not take comes again, and so may what it took: a message that waits for
 * its receiver is not queued a second time, and one that was accepted carries the same id again.
 */
export const tellReceivers = (bus: Publisher, receivers: Pick<Registrations, 'wants' | 'deliver'>): Publisher => ({
  wants: (type) => bus.wants(type) || receivers.wants(type),
  publish: async (events) => {
    const left = await bus.publish(events);
    await receivers.deliver(left.length === 0 ? events : events.filter((event) => !left.includes(event)));
    return left;
  },
});
