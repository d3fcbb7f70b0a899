import { hostileSuite, privacySuite, purchaseSuite } from '@traffic-tacos/platform/testing';
import { withSeparate } from './support/separate.ts';

purchaseSuite('separate services', withSeparate);
privacySuite('separate services', withSeparate);
hostileSuite('separate services', withSeparate, 100);
