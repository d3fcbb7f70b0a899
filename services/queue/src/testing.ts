export { movedSaleSuite, onSalesSuite, type OnSalesUnderTest } from './ports/on-sales-suite.ts';
export { queueStoreSuite, type QueueStoreUnderTest } from './ports/queue-store-suite.ts';
