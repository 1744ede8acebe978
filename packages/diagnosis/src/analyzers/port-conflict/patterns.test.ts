import { expect, it } from 'vitest';
import { readPortInUse } from './patterns.ts';

it.each([
  ['panic: listen tcp :8080: bind: address already in use', 8080],
  ['Error: listen EADDRINUSE: address already in use :::3000', 3000],
  ['Web server failed to start. Port 8443 was already in use.', 8443],
  ['nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)', 80],
  ["[ERROR] Connection in use: ('0.0.0.0', 8000)", 8000],
  ['Failed to bind to address http://[::]:5000: address already in use.', 5000],
  ['Could not create server TCP listening socket *:6379: bind: Address already in use', 6379],
  ['Address already in use - bind(2) for "0.0.0.0" port 9292 (Errno::EADDRINUSE)', 9292],
  ['OSError: [Errno 98] Address already in use', null],
  ['java.net.BindException: Address already in use (Bind failed)', null],
])('reads %s', (line, port) => {
  expect(readPortInUse(line)?.port).toBe(port);
});

it.each(['listening on port 8080', 'dial tcp 10.0.0.1:8080: connect: connection refused', 'address book in use'])(
  'leaves %s',
  (line) => {
    expect(readPortInUse(line)).toBeNull();
  },
);
