import { hostileSuite, privacySuite, purchaseSuite, pushSuite } from '@traffic-tacos/platform/testing';
import { withSeparate } from './support/separate.ts';

purchaseSuite('separate services', withSeparate);
pushSuite('separate services', withSeparate);
privacySuite('separate services', withSeparate);
hostileSuite('separate services', withSeparate, 100);
