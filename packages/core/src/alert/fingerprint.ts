const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = 0xffffffffffffffffn;
// Prometheus puts a byte that is no UTF-8 between names and values.
const SEPARATOR = 0xffn;

/**
 * The fingerprint Prometheus and Alertmanager give a label set (64-bit FNV-1a, 16 hex digits), so that an alert that comes
 * both directly and through Alertmanager is one alert.
 */
export function labelFingerprint(labels: Readonly<Record<string, string>>): string {
  const encoder = new TextEncoder();
  const names = Object.keys(labels).map((name) => ({ name, bytes: encoder.encode(name) }));
  names.sort((left, right) => compareBytes(left.bytes, right.bytes));
  let hash = OFFSET;
  for (const { name, bytes } of names) {
    for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
    hash = ((hash ^ SEPARATOR) * PRIME) & MASK;
    for (const byte of encoder.encode(labels[name] ?? '')) hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
    hash = ((hash ^ SEPARATOR) * PRIME) & MASK;
  }
  return hash.toString(16).padStart(16, '0');
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
