import { concurrencySuite } from '@traffic-tacos/platform/testing';
import { withSeparate } from './support/separate.ts';

concurrencySuite('separate services', withSeparate, 20);
