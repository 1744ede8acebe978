import type { LogMatch } from '../_shared/log-hits.ts';

export interface PortInUse extends LogMatch {
  readonly port: number | null;
  readonly text: string;
}

const IN_USE =
  /(?:[^:"]{0,60}\bport \d{1,5} (?:is|was) (?:already )?(?:in use|allocated)[^"]{0,30})|EADDRINUSE[^"]{0,60}|[^"]{0,80}address (?:already )?in use\b|Connection in use: \([^)]*\)|Only one usage of each socket address/i;
const PORTS: readonly RegExp[] = [
  /\bport[ =:]+(\d{2,5})\b/i,
  /Connection in use: \(.*, (\d{2,5})\)/,
  /(?:\]|\*|\d{1,3}(?:\.\d{1,3}){3}|localhost|::|tcp[46]? |https?:\/\/[^:/\s]*|[\s'"(]):(\d{2,5})\b/i,
];

/** Reads a line that says a port is taken. */
export function readPortInUse(line: string): PortInUse | null {
  // Most lines end here; the full expression looks back over the text before these words.
  if (!/in use|EADDRINUSE|allocated|each socket/i.test(line)) return null;
  const text = IN_USE.exec(line)?.[0];
  if (text === undefined) return null;
  const port = PORTS.map((pattern) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  return { key: `port ${port ?? ''}`, port: port === undefined ? null : Number(port), text: text.trim() };
}
