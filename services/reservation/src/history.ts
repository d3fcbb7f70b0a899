export { ORDER_SHAPE } from './adapters/embedded/order-codec.ts';
export { RESERVATION_SHAPE } from './adapters/embedded/reservation-codec.ts';
