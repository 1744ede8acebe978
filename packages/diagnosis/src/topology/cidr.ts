/** Whether an IP lies in a CIDR block, IPv4 or IPv6; false when either is malformed or the families differ. */
export function cidrContains(cidr: string, ip: string): boolean {
  const [base = '', length] = cidr.split('/');
  const network = parseAddress(base);
  const address = parseAddress(ip);
  if (!network || !address || network.bits !== address.bits) return false;
  const prefix = length === undefined ? network.bits : Number(length);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > network.bits) return false;
  const shift = BigInt(network.bits - prefix);
  return network.value >> shift === address.value >> shift;
}

function parseAddress(text: string): { value: bigint; bits: 32 | 128 } | null {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): { value: bigint; bits: 32 } | null {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return null;
  return { value: parts.reduce((value, part) => value * 256n + BigInt(part), 0n), bits: 32 };
}

function parseV6(text: string): { value: bigint; bits: 128 } | null {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return null;
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...left, ...Array.from({ length: tail === undefined ? 0 : missing }, () => '0'), ...right];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return null;
  return { value: groups.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n), bits: 128 };
}
