const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

// A "line" without end (a binary dump, a minified bundle) must not be held whole; what says the fault stands at its start.
const LONGEST_LINE = 64 * 1024;

/** Splits bytes into lines without their ends; a line longer than 64 KiB is cut there and marked by an ellipsis. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const line = lineBuffer();
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
function lineBuffer() {
  let pieces: Buffer[] = [];
  let length = 0;
  return {
    isEmpty: () => length === 0,
    keep: (piece: Buffer): void => {
      if (length < LONGEST_LINE) pieces.push(Buffer.from(piece.subarray(0, LONGEST_LINE - length)));
      length += piece.length;
    },
    finish: (bytes: Buffer, start: number, end: number): string => {
      if (length === 0) return decode(bytes, start, end, end - start);
      const whole = Buffer.concat([...pieces, bytes.subarray(start, Math.min(end, start + LONGEST_LINE))]);
      const total = length + end - start;
      pieces = [];
      length = 0;
      return decode(whole, 0, whole.length, total);
    },
  };
}

// Each line is decoded on its own: a piece of a larger string would keep the whole chunk alive.
function decode(bytes: Buffer, start: number, end: number, total: number): string {
  if (total > LONGEST_LINE) return `${bytes.toString('utf8', start, start + LONGEST_LINE)}…`;
  const last = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
  return bytes.toString('utf8', start, last);
}
