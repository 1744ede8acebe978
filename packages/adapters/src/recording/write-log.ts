import { formatBytes } from '@headwater/core/kube/quantity.ts';
import { lineMasker } from '@headwater/core/masking/mask.ts';
import type { Budget } from './write-budget.ts';
import type { LineFile } from './stage.ts';

export interface LogLimits {
  readonly budget: Budget;
  /** Bytes one log may take: the first half from its start, the second from its end. */
  readonly maxBytes: number;
}

/**
 * Writes one container log, masked. Of a log that is too long the start and the end are kept: how it began and how it died. Returns
 * the number of lines kept.
 */
export async function writeLog(
  name: string,
  lines: AsyncIterable<string>,
  limits: LogLimits,
  file: LineFile,
): Promise<number> {
  const { budget, maxBytes } = limits;
  const mask = lineMasker();
  const tail = lineRing(maxBytes / 2);
  let head = maxBytes / 2;
  let kept = 0;
  let cut = 0;
  let full = false;
  const keep = async (line: string): Promise<void> => {
    full ||= !budget.take(sizeOf(line));
    if (full) cut++;
    else {
      await file.add(line);
      kept++;
    }
  };
  for await (const raw of lines) {
    const line = mask(raw);
    head -= sizeOf(line);
    if (head >= 0 || full) await keep(line);
    else cut += tail.push(line);
  }
  for (const line of tail.lines()) await keep(line);
  if (cut > 0)
    budget.cutLog(name, cut, full ? 'the recording reached its size cap' : `a log may take ${formatBytes(maxBytes)}B`);
  return kept;
}

/** The last lines that fit into a number of bytes. */
function lineRing(bytes: number) {
  let held: string[] = [];
  let start = 0;
  let size = 0;
  return {
    /** Takes a line and returns how many older ones it pushed out. */
    push: (line: string): number => {
      held.push(line);
      size += sizeOf(line);
      let dropped = 0;
      for (let oldest = held[start]; size > bytes && oldest !== undefined; oldest = held[start]) {
        size -= sizeOf(oldest);
        start++;
        dropped++;
      }
      if (start > 10_000) {
        held = held.slice(start);
        start = 0;
      }
      return dropped;
    },
    lines: () => held.slice(start),
  };
}

function sizeOf(line: string): number {
  return Buffer.byteLength(line) + 1;
}
