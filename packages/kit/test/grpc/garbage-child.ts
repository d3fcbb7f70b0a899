import { getHeapSpaceStatistics } from 'node:v8';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { GrpcListener } from '../../src/grpc/server/listener.ts';
import { SHOP_METHODS } from './shop.ts';

/*
 * A gRPC server in a process whose garbage can be looked at: `ours` on our listener, `plain` as the library has it. Answers `collect` after a
 * collection of everything, `old` with the bytes that are old.
 */

const asItIs = (bytes: Buffer): Buffer => bytes;
const server = new Server({ 'grpc.enable_channelz': 0 });
server.register(SHOP_METHODS.look.path, (_call: unknown, answer: (error: null, bytes: Buffer) => void) => answer(null, Buffer.alloc(0)), asItIs, asItIs, 'unary');

async function listen(): Promise<number> {
  if (process.argv[2] === 'ours') return (await new GrpcListener(server, undefined, 10, (error) => console.error(error)).listen(0, '127.0.0.1')).port;
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => (error === null ? resolve(port) : reject(error)));
  });
}

process.on('message', (asked) => {
  if (asked === 'collect') globalThis.gc?.();
  process.send?.(getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size);
});
process.send?.(await listen());
