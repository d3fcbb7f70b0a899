import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isPublicAddress } from '../src/domain/public-address.ts';
import { receiverUrlProblem } from '../src/domain/receiver-url.ts';

/** Addresses in every form in which they come, and whether a webhook may be sent there. */
const TABLE = `
  8.8.8.8                    public
  1.1.1.1                    public
  100.63.255.255             public
  172.15.255.255             public
  172.32.0.0                 public
  223.255.255.255            public
  2606:4700:4700::1111       public
  2a00:1450:4001:80b::200e   public
  2001:0200::1               public
  0.0.0.0                    internal
  0.255.255.255              internal
  10.0.0.1                   internal
  100.64.0.1                 internal
  100.127.255.255            internal
  127.0.0.1                  internal
  127.255.255.254            internal
  169.254.169.254            internal
  172.16.0.1                 internal
  172.31.255.255             internal
  192.0.0.1                  internal
  192.0.2.1                  internal
  192.88.99.1                internal
  192.168.1.1                internal
  198.18.0.1                 internal
  198.19.255.255             internal
  198.51.100.7               internal
  203.0.113.7                internal
  224.0.0.1                  internal
  255.255.255.255            internal
  ::                         internal
  ::1                        internal
  ::127.0.0.1                internal
  ::ffff:127.0.0.1           internal
  ::ffff:8.8.8.8             internal
  ::ffff:7f00:1              internal
  64:ff9b::7f00:1            internal
  64:ff9b:1::1               internal
  100::1                     internal
  2001::1                    internal
  2001:db8::1                internal
  2002:7f00:1::              internal
  3fff::1                    internal
  fc00::1                    internal
  fd12:3456::1               internal
  fe80::1                    internal
  fe80::1%eth0               internal
  2606:4700::1%eth0          internal
  fec0::1                    internal
  ff02::1                    internal
  0177.0.0.1                 internal
  2130706433                 internal
  0x7f.1                     internal
  1.2.3                      internal
  256.1.1.1                  internal
  1::2::3                    internal
  2001:db8                   internal
  localhost                  internal
`;

it('tells the public internet from everything else, in every form of an address', () => {
  const rows = TABLE.trim().split('\n').map((row) => row.trim().split(/\s+/));
  assert.ok(rows.length > 50);
  for (const [address = '', expected] of rows) assert.equal(isPublicAddress(address) ? 'public' : 'internal', expected, address);
  assert.equal(isPublicAddress(''), false);
});

it('an address to send results to is http or https, without credentials, and no internal one however it is written', () => {
  for (const url of ['https://shop.example/hook?x=1', 'http://shop.example:8080', 'https://8.8.8.8/', 'https://[2606:4700:4700::1111]/']) assert.equal(receiverUrlProblem(url), undefined, url);
  const internal = [
    'http://127.0.0.1/', 'http://127.1/', 'http://2130706433/', 'http://0x7f000001/', 'http://0x7f.0.0.1/', 'http://0177.0.0.1/', 'http://017700000001/',
    'http://１２７.0.0.1/', 'http://[::1]/', 'http://[::ffff:127.0.0.1]/', 'http://[0:0:0:0:0:ffff:7f00:1]/', 'http://169.254.169.254/latest/meta-data/', 'http://0/',
  ];
  for (const url of internal) assert.equal(receiverUrlProblem(url), 'must not be an internal address', url);
  for (const url of ['', 'shop.example', 'ftp://shop.example/', 'file:///etc/passwd', 'javascript:1', 'http://']) assert.equal(receiverUrlProblem(url), 'must be an http or https URL', url);
  for (const url of ['https://user@shop.example/', 'https://user:word@shop.example/']) assert.equal(receiverUrlProblem(url), 'must not carry credentials', url);
});
