import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatBytes } from '@headwater/core/kube/quantity.ts';
import { compareText } from '@headwater/core/subject.ts';

/** The bytes a recording may still take, and what had to be left out of it. */
export interface Budget {
  readonly used: number;
  /** Takes bytes when they fit. */
  take(bytes: number): boolean;
  /** Notes something that did not fit. */
  leaveOut(what: string): void;
  /** Notes a log that lost lines. */
  cutLog(log: string, lines: number, why: string): void;
  gaps(): Gap[];
}

/** A budget of at most `limit` bytes, before compression. */
export function budgetOf(limit: number): Budget {
  let used = 0;
  const leftOut = new Map<string, number>();
  const cuts: Gap[] = [];
  return {
    get used() {
      return used;
    },
    take: (bytes) => {
      if (used + bytes > limit) return false;
      used += bytes;
      return true;
    },
    leaveOut: (what) => leftOut.set(what, (leftOut.get(what) ?? 0) + 1),
    cutLog: (log, lines, why) => {
      cuts.push({
        source: 'logs',
        statement: `${lines} line${lines === 1 ? '' : 's'} of the log ${log} were cut: ${why}`,
        wouldShow: 'what the container said in between',
      });
    },
    gaps: () => {
      if (leftOut.size === 0) return cuts;
      const list = [...leftOut]
        .sort((left, right) => compareText(left[0], right[0]))
        .map(([what, count]) => `${count} ${what}`);
      const statement = `The recording reached its size cap of ${formatBytes(limit)}B: left out are ${list.join(', ')}`;
      return [{ source: 'recording', statement, wouldShow: 'what they said' }, ...cuts];
    },
  };
}
