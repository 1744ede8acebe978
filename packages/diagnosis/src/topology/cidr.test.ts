import { describe, expect, it } from 'vitest';
import { cidrContains } from './cidr.ts';

describe('cidrContains', () => {
  it.each([
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['192.168.1.17/32', '192.168.1.17', true],
    ['192.168.1.16/30', '192.168.1.20', false],
    ['192.168.1.5', '192.168.1.5', true],
    ['fd00::/8', 'fd12:3456::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::/0', '::1', true],
  ])('%s contains %s: %s', (cidr, ip, expected) => {
    expect(cidrContains(cidr, ip)).toBe(expected);
  });

  it.each([
    ['10.0.0.0/8', 'fd00::1'],
    ['10.0.0.0/33', '10.0.0.1'],
    ['300.0.0.0/8', '10.0.0.1'],
    ['1::2::3/64', '1::2'],
    ['', '10.0.0.1'],
  ])('never contains across families or when malformed: %s, %s', (cidr, ip) => {
    expect(cidrContains(cidr, ip)).toBe(false);
  });
});
