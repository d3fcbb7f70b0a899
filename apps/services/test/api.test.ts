import { concurrencySuite, privacySuite, purchaseSuite } from '@traffic-tacos/platform/testing';
import { withSeparate } from './support/separate.ts';

purchaseSuite('separate services', withSeparate);
privacySuite('separate services', withSeparate);
concurrencySuite('separate services', withSeparate, 20);
