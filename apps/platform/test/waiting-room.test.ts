import { waitingRoomSuite, withPlatform } from '@traffic-tacos/platform/testing';

waitingRoomSuite('one process', withPlatform);
