import { paymentAtRest } from '@traffic-tacos/platform/testing';
import { paymentsSuite } from '@traffic-tacos/reservation/testing';
import { directPayments } from '../src/direct/payments.ts';

paymentsSuite('directPayments', async () => {
  const { payment, units, ...rest } = await paymentAtRest();
  return { ...rest, payments: directPayments(() => payment), run: (step) => units.run(step) };
});
