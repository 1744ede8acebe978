/** One entry of a tar archive; its body must be read or skipped before the next entry is asked for. */
export interface TarEntry {
  readonly name: string;
  readonly size: number;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  readonly body: () => AsyncIterable<Uint8Array>;
}

const BLOCK = 512;

/** Streams the entries of a tar archive (ustar, pax and GNU long names). Throws an Error when the bytes are no tar or end early. */
export async function* tarEntries(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const source = byteSource(chunks);
  let extended: Extended = {};
  for (;;) {
    const block = await source.take(BLOCK);
    if (block === null || block.every((byte) => byte === 0)) return;
    const header = parseHeader(block);
    if ('xgLK'.includes(header.flag)) {
      const text = (await source.take(header.size))?.toString('utf8') ?? '';
      await source.skip(padding(header.size));
      extended = extend(extended, header.flag, text);
      continue;
    }
    const size = extended.size ?? header.size;
    let left = size;
    yield {
      name: extended.path ?? header.name,
      size,
      type: TYPES[header.flag] ?? 'other',
      body: async function* () {
        while (left > 0) {
          const part = await source.some(left);
          left -= part.length;
          yield part;
        }
      },
    };
    await source.skip(left + padding(size));
    extended = {};
  }
}

const TYPES: Readonly<Record<string, TarEntry['type']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '5': 'directory',
  '2': 'symlink',
};

interface Extended {
  readonly path?: string;
  readonly size?: number;
}

function extend(known: Extended, flag: string, text: string): Extended {
  if (flag === 'L') return { ...known, path: text.replace(/\0.*$/s, '') };
  if (flag !== 'x') return known;
  // A pax record is "<length> <key>=<value>\n"; values of the keys read here hold no newline.
  const path = /^\d+ path=(.*)$/m.exec(text)?.[1];
  const size = /^\d+ size=(\d+)$/m.exec(text)?.[1];
  return { ...known, ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size: Number(size) }) };
}

function parseHeader(block: Buffer): { name: string; size: number; flag: string } {
  const field = (start: number, length: number): string =>
    block.toString('utf8', start, start + length).replace(/\0.*$/s, '');
  const wanted = Number.parseInt(field(148, 8).trim(), 8);
  if (wanted !== checksum(block)) throw new Error('incorrect tar header checksum');
  const prefix = field(257, 5) === 'ustar' && block[263] === 0x30 ? field(345, 155) : '';
  const name = prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`;
  return { name, size: parseSize(block.subarray(124, 136)), flag: block.toString('latin1', 156, 157) };
}

// Sizes of eight GiB and more do not fit the octal digits; GNU tar then writes binary with the first bit set.
function parseSize(bytes: Buffer): number {
  if (((bytes[0] ?? 0) & 0x80) === 0)
    return Number.parseInt(bytes.toString('latin1').replaceAll(/[\0 ]/g, '') || '0', 8);
  return Number(bytes.readBigUInt64BE(4));
}

function checksum(block: Buffer): number {
  let sum = 0;
  // The checksum's own field counts as spaces.
  for (const [index, byte] of block.entries()) sum += index >= 148 && index < 156 ? 0x20 : byte;
  return sum;
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** Pulls byte counts out of chunks. */
function byteSource(chunks: AsyncIterable<Uint8Array>) {
  const iterator = chunks[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const refill = async (): Promise<boolean> => {
    const next: IteratorResult<Uint8Array, unknown> = await iterator.next();
    if (next.done === true) return false;
    held = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    return true;
  };
  /** At least one byte and at most `limit`. */
  const some = async (limit: number): Promise<Buffer> => {
    while (held.length === 0) if (!(await refill())) throw new Error('the archive ends early');
    const part = held.subarray(0, limit);
    held = held.subarray(part.length);
    return part;
  };
  return {
    some,
    skip: async (count: number): Promise<void> => {
      for (let left = count; left > 0; ) left -= (await some(left)).length;
    },
    /** Exactly `count` bytes; null when the archive ends before the first. */
    take: async (count: number): Promise<Buffer | null> => {
      if (held.length === 0 && count > 0 && !(await refill())) return null;
      const parts: Buffer[] = [];
      for (let left = count; left > 0; ) {
        const part = await some(left);
        parts.push(part);
        left -= part.length;
      }
      return Buffer.concat(parts);
    },
  };
}
