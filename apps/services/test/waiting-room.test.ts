import { waitingRoomSuite } from '@traffic-tacos/platform/testing';
import { withSeparate } from './support/separate.ts';

waitingRoomSuite('separate services', withSeparate);
