import { generateKeyPairSync, sign } from 'node:crypto';

/** A self-signed certificate for `localhost` and 127.0.0.1 with its key, PEM; made anew so that no key is ever committed. */
export function selfSigned(validity: { readonly from: Date; readonly to: Date }): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const name = sequence(set(sequence(oid('550403'), utf8('localhost'))));
  const subjectAltName = sequence(tag(0x82, Buffer.from('localhost')), tag(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = tag(0xa3, sequence(sequence(oid('551d11'), octets(subjectAltName))));
  const body = sequence(
    tag(0xa0, integer(2)),
    integer(1 + Math.floor(validity.to.getTime() % 1_000_000)),
    algorithm,
    name,
    sequence(time(validity.from), time(validity.to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  );
  const signature = sign('sha256', body, privateKey);
  const der = sequence(body, algorithm, tag(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

// The few DER shapes a certificate needs (ITU-T X.690).
function tag(code: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([code, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tag(0x30, Buffer.concat(parts));
}

function set(...parts: readonly Buffer[]): Buffer {
  return tag(0x31, Buffer.concat(parts));
}

function oid(hex: string): Buffer {
  return tag(0x06, Buffer.from(hex, 'hex'));
}

function utf8(text: string): Buffer {
  return tag(0x0c, Buffer.from(text));
}

function octets(content: Buffer): Buffer {
  return tag(0x04, content);
}

function integer(value: number): Buffer {
  const hex = value.toString(16).padStart(8, '0');
  const bytes = Buffer.from(hex, 'hex');
  const first = bytes.findIndex((byte) => byte !== 0);
  const trimmed = bytes.subarray(first < 0 ? bytes.length - 1 : first);
  // A leading bit of one would make it negative.
  return tag(0x02, (trimmed[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed);
}

function time(date: Date): Buffer {
  return tag(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
}
