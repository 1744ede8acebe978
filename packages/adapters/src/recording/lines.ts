const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

// A "line" without end (a binary dump, a minified bundle) must not be held whole; what says the fault stands at its start.
const LONGEST_LINE = 64 * 1024;

/** Splits bytes into lines without their ends; a line longer than `longest` bytes is cut there and marked by an ellipsis. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, longest = LONGEST_LINE): AsyncGenerator<string> {
  const line = lineBuffer(longest);
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      yield line.finish(bytes, start, end);
      start = end + 1;
    }
    line.keep(bytes.subarray(start));
  }
  if (!line.isEmpty()) yield line.finish(Buffer.alloc(0), 0, 0);
}

/** Collects the pieces of a line that lies across chunks. */
function lineBuffer(longest: number) {
  let pieces: Buffer[] = [];
  let length = 0;
  return {
    isEmpty: () => length === 0,
    keep: (piece: Buffer): void => {
      if (length < longest) pieces.push(Buffer.from(piece.subarray(0, longest - length)));
      length += piece.length;
    },
    finish: (bytes: Buffer, start: number, end: number): string => {
      if (length === 0) return decode(bytes.subarray(start, end), end - start, longest);
      const whole = Buffer.concat([...pieces, bytes.subarray(start, Math.min(end, start + longest))]);
      const total = length + end - start;
      pieces = [];
      length = 0;
      return decode(whole, total, longest);
    },
  };
}

// Each line is decoded on its own: a piece of a larger string would keep the whole chunk alive.
function decode(bytes: Buffer, total: number, longest: number): string {
  if (total > longest) return `${bytes.toString('utf8', 0, longest)}…`;
  const end = bytes[bytes.length - 1] === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  return bytes.toString('utf8', 0, end);
}
