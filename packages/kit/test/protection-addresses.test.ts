import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClientAddress } from '../src/protection/client-address.ts';
import { parseIp } from '../src/protection/ip-address.ts';
import { createNetworks } from '../src/protection/networks.ts';

type Raw = Parameters<ReturnType<typeof createClientAddress>>[0];

const PROXIES = ['10.0.0.0/8', '192.0.2.7', '2001:db8:1::/48', '::1'];

/** A request from `peer`, forwarded for these. */
const from = (peer: string | undefined, forwarded?: string): Raw => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  socket: { remoteAddress: peer } as Raw['socket'],
});

const nameOf = (address: string): string => createClientAddress([])(from(address));

describe('addresses', () => {
  it('are read in every form, and an IPv4 address in IPv6 dress is itself', () => {
    assert.equal(parseIp('255.0.2.1'), 255 * 2 ** 24 + 2 * 256 + 1);
    assert.equal(parseIp('::ffff:10.1.2.3'), parseIp('10.1.2.3'));
    assert.equal(parseIp('::FFFF:a01:203'), parseIp('10.1.2.3'));
    assert.equal(parseIp('::'), 0n);
    assert.equal(parseIp('fe80::1%eth0'), parseIp('fe80:0:0:0:0:0:0:1'));
    assert.equal(parseIp('2001:db8::1:0'), (0x2001_0db8n << 96n) | 0x1_0000n);
    for (const none of ['', 'unknown', '10.0.0', '10.0.0.256', '1.2.3.4.5', '::g', '10.0.0.1/8', ' 10.0.0.1']) assert.equal(parseIp(none), undefined, none);
  });

  it('belong to networks by their leading bits, single addresses and everything included', () => {
    const belongs = (networks: readonly string[], address: string): boolean => createNetworks(networks)(parseIp(address) ?? assert.fail(address));
    assert.deepEqual(['10.0.0.0', '10.255.255.255', '11.0.0.0', '9.255.255.255'].map((address) => belongs(['10.0.0.0/8'], address)), [true, true, false, false]);
    assert.deepEqual(['192.0.2.7', '192.0.2.8', '::ffff:192.0.2.7'].map((address) => belongs(['192.0.2.7'], address)), [true, false, true]);
    assert.deepEqual(['1.2.3.4', '::1'].map((address) => belongs(['0.0.0.0/0'], address)), [true, false]);
    assert.deepEqual(['2001:db8:1:ffff::', '2001:db8:2::', '1.2.3.4'].map((address) => belongs(['2001:db8:1::/48'], address)), [true, false, false]);
    assert.deepEqual(['10.1.0.1', '10.2.0.1'].map((address) => belongs(['::ffff:10.1.0.0/112'], address)), [true, false]);
  });
});

describe('the address of a client', () => {
  const addressOf = createClientAddress(PROXIES);

  it('is that of the connection, whatever a client says that was not asked through a proxy of ours', () => {
    assert.equal(addressOf(from('203.0.113.5', '198.51.100.1')), nameOf('203.0.113.5'));
    assert.equal(createClientAddress([])(from('10.0.0.1', '198.51.100.1')), nameOf('10.0.0.1'));
    assert.equal(addressOf(from(undefined, '198.51.100.1')), 'unknown');
  });

  it('is the rightmost that is no proxy of ours: what stands left of it was sent by the client', () => {
    assert.equal(addressOf(from('10.0.0.1', '198.51.100.1')), nameOf('198.51.100.1'));
    assert.equal(addressOf(from('::ffff:10.0.0.1', '6.6.6.6, 198.51.100.1,10.9.9.9 , 192.0.2.7')), nameOf('198.51.100.1'));
    assert.equal(addressOf(from('::1', '6.6.6.6, 2001:db8:9::5')), nameOf('2001:db8:9::5'));
  });

  it('may come with its port, in brackets, or not at all', () => {
    assert.equal(addressOf(from('10.0.0.1', '198.51.100.1:4711')), nameOf('198.51.100.1'));
    assert.equal(addressOf(from('10.0.0.1', '[2001:db8:9::5]:443')), nameOf('2001:db8:9::5'));
    for (const unreadable of ['', 'unknown', ',', '1.2.3.4, _hidden', ', ']) assert.equal(addressOf(from('10.0.0.1', unreadable)), nameOf('10.0.0.1'), unreadable);
    assert.equal(addressOf(from('10.0.0.1', 'garbage, 10.0.0.3')), nameOf('10.0.0.3'), 'the last that can be relied on');
  });

  it('of a request that began at a proxy is the first proxy', () => {
    assert.equal(addressOf(from('10.0.0.1', '10.0.0.2, 10.0.0.3')), nameOf('10.0.0.2'));
  });

  it('of an IPv6 household is its network of 64 bits', () => {
    assert.equal(nameOf('2001:db8:9:1::5'), nameOf('2001:db8:9:1:ffff::7'));
    assert.notEqual(nameOf('2001:db8:9:1::5'), nameOf('2001:db8:9:2::5'));
    assert.deepEqual([nameOf('2001:db8:9:1::5'), nameOf('::ffff:255.1.2.3')], ['2001:db8:9:1::/64', '255.1.2.3']);
  });

  it('of a header of thousands of addresses is found without reading it all', () => {
    const long = Array.from({ length: 5_000 }, () => '10.0.0.9').join(',');
    assert.equal(addressOf(from('10.0.0.1', `198.51.100.1,${long}`)), nameOf('10.0.0.9'));
  });
});
