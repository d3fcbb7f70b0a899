import { hostileSuite, privacySuite, withPlatform } from '@traffic-tacos/platform/testing';

/** FUZZ_RUNS for a longer run. */
hostileSuite('one process', withPlatform, Number(process.env['FUZZ_RUNS'] ?? 400));
privacySuite('one process', withPlatform);
