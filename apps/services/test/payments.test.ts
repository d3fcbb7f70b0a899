import { after } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Unit } from '@traffic-tacos/journal';
import { freePort } from '@traffic-tacos/kit/testing';
import { paymentAtRest } from '@traffic-tacos/platform/testing';
import { grpcPayments, grpcRefunder, RefundsAfterwards } from '@traffic-tacos/reservation';
import { paymentsSuite } from '@traffic-tacos/reservation/testing';
import { channelTo, openGrpcPort } from './support/grpc-port.ts';

const closes: (() => Promise<void> | void)[] = [];
after(async () => {
  for (const close of closes.toReversed()) await close();
});

/** The provider is asked for refunds after the decision, so that a caller sees them a moment later. */
paymentsSuite('grpcPayments', async () => {
  const { payment, units, ...rest } = await paymentAtRest();
  const port = await freePort();
  closes.push(await openGrpcPort('payment', payment.rpcs, port));
  const channel = channelTo('payment', port);
  closes.push(() => channel.close());
  let underWay = 0;
  const give = grpcRefunder(channel);
  const refunds = new RefundsAfterwards(
    (refund) => {
      underWay++;
      return give(refund).finally(() => void underWay--);
    },
    { after: () => () => undefined },
    (cause) => {
      throw cause;
    },
  );
  return {
    ...rest,
    payments: grpcPayments(channel, refunds),
    run: async (step) => {
      let last: Unit | undefined;
      const outcome = await units.run((unit) => step((last = unit)));
      if (last !== undefined) refunds.begin(last);
      while (underWay > 0) await setImmediate();
      return outcome;
    },
  };
});
