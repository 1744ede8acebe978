/** What every alert's severity is normalised to, the gravest first; `unknown` when the alert says none that is known. */
export const SEVERITIES = ['critical', 'high', 'warning', 'info', 'unknown'] as const;

export type Severity = (typeof SEVERITIES)[number];

const WORDS: Readonly<Record<Severity, readonly string[]>> = {
  critical: [
    'critical',
    'crit',
    'fatal',
    'emergency',
    'emerg',
    'panic',
    'page',
    'disaster',
    'blocker',
    'p1',
    'sev1',
    'sev0',
    'p0',
  ],
  high: ['high', 'error', 'err', 'major', 'alert', 'p2', 'sev2'],
  warning: ['warning', 'warn', 'medium', 'moderate', 'minor', 'ticket', 'average', 'p3', 'sev3'],
  info: [
    'info',
    'information',
    'informational',
    'notice',
    'low',
    'none',
    'debug',
    'ok',
    'normal',
    'p4',
    'p5',
    'sev4',
    'sev5',
  ],
  unknown: ['unknown', 'tbd'],
};

const BY_WORD: ReadonlyMap<string, Severity> = new Map(
  SEVERITIES.flatMap((severity) => WORDS[severity].map((word): [string, Severity] => [word, severity])),
);

/** A sender's own word for a severity as one of ours; what is not known stays visible as `unknown`, the label keeps the word. */
export function normaliseSeverity(word: string | null | undefined): Severity {
  if (!word) return 'unknown';
  return (
    BY_WORD.get(
      word
        .trim()
        .toLowerCase()
        .replace(/^sev[-_ ]/, 'sev'),
    ) ?? 'unknown'
  );
}

/** 4 for critical down to 0 for unknown; roll-up takes the highest. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.length - 1 - SEVERITIES.indexOf(severity);
}

/** The gravest of several; `unknown` of none. */
export function gravestSeverity(severities: Iterable<Severity>): Severity {
  let gravest: Severity = 'unknown';
  for (const severity of severities) {
    if (severityRank(severity) > severityRank(gravest)) gravest = severity;
  }
  return gravest;
}
