import type { Cause, Diagnosis, Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { formatDuration, parseTime } from '@headwater/core/time.ts';
import { type Style, wrap } from '../cli/style.ts';
import { printable } from './printable.ts';

const VERDICT_LOOK = {
  cause: 'red',
  ambiguous: 'yellow',
  'insufficient-evidence': 'yellow',
  'no-fault': 'green',
} as const;
const VERDICT_WORDS = {
  cause: 'CAUSE FOUND',
  ambiguous: 'AMBIGUOUS',
  'insufficient-evidence': 'INSUFFICIENT EVIDENCE',
  'no-fault': 'NO FAULT',
} as const;
const MAX_PROOF = 6;
const MAX_LIST = 5;
const INDENT = '             ';

/** A diagnosis for a tired person: what broke, why, the proof, what to do, what was not visible. `now` in milliseconds. */
export function renderDiagnosisText(made: Diagnosis, style: Style, now: number): string {
  const diagnosis = printable(made);
  const { paint } = style;
  const lines = [
    paint(['bold', VERDICT_LOOK[diagnosis.verdict]], VERDICT_WORDS[diagnosis.verdict]),
    paint('bold', wrap(plain(diagnosis.summary), style.width, '')),
    '',
  ];
  for (const [index, cause] of diagnosis.causes.entries())
    lines.push(...causeLines(diagnosis, { cause, index, now }, style));
  lines.push(
    ...section(
      'Symptoms',
      diagnosis.symptoms.map(({ statement }) => statement),
      style,
    ),
  );
  lines.push(
    ...section(
      'Unexplained',
      diagnosis.unexplained.map((fingerprint) => `alert ${fingerprint}`),
      style,
    ),
  );
  lines.push(...section('To do', diagnosis.remediation.map(remediationLine), style));
  lines.push(
    ...section(
      'Changed',
      diagnosis.changes.map(
        ({ time, subject, title, relevance }) =>
          `${time} ${subject ? `${formatSubject(subject)}: ` : ''}${title} (${relevance})`,
      ),
      style,
    ),
  );
  lines.push(
    ...section(
      'Ruled out',
      diagnosis.ruledOut.map(({ statement }) => statement),
      style,
    ),
  );
  lines.push(
    ...section(
      'Not visible',
      diagnosis.gaps.map(({ statement, wouldShow }) => `${statement}; would show ${wouldShow}`),
      style,
    ),
  );
  return `${lines.join('\n').trimEnd()}\n`;
}

interface CauseView {
  readonly cause: Cause;
  readonly index: number;
  readonly now: number;
}

function causeLines(diagnosis: Diagnosis, { cause, index, now }: CauseView, style: Style): string[] {
  const { paint } = style;
  const { band, score } = cause.confidence;
  const lead = index === 0 ? 'Cause' : `Cause ${index + 1}`;
  const lines = [
    row(
      lead,
      `${paint('bold', formatSubject(cause.subject))}  ${paint('cyan', cause.category)}  ${paint('dim', `${band} confidence ${score.toFixed(2)}`)}`,
      style,
    ),
  ];
  if (index > 0 || diagnosis.verdict === 'insufficient-evidence') lines.push(row('', plain(cause.statement), style));
  const onset = index === 0 ? parseTime(diagnosis.onset) : null;
  if (onset !== null)
    lines.push(row('Since', `${diagnosis.onset} (${formatDuration(now - onset)} before this view)`, style));
  const proof = cause.supports.flatMap((id) => diagnosis.evidence[id] ?? []);
  for (const [position, evidence] of proof.slice(0, MAX_PROOF).entries())
    lines.push(row(position === 0 ? 'Proof' : '', proofLine(evidence), style));
  if (proof.length > MAX_PROOF)
    lines.push(row('', paint('dim', `and ${proof.length - MAX_PROOF} more; --output json has all`), style));
  for (const [position, link] of cause.chain.entries())
    lines.push(row(position === 0 ? 'Path' : '', link.effect, style));
  return [...lines, ''];
}

function section(title: string, items: readonly string[], style: Style): string[] {
  if (items.length === 0) return [];
  const lines = items.slice(0, MAX_LIST).map((item, index) => row(index === 0 ? title : '', plain(item), style));
  if (items.length > MAX_LIST) lines.push(row('', style.paint('dim', `and ${items.length - MAX_LIST} more`), style));
  return [...lines, ''];
}

function row(label: string, text: string, style: Style): string {
  return `${style.paint('dim', label.padEnd(INDENT.length))}${wrap(text, style.width, INDENT)}`;
}

function proofLine(evidence: Evidence): string {
  const when = evidence.time ? `${evidence.time} ` : '';
  const where = evidence.kind === 'log' && evidence.subject ? `${formatSubject(evidence.subject)}: ` : '';
  return `[${evidence.kind}] ${when}${where}${evidence.text}`;
}

function remediationLine({ risk, statement, undo }: Diagnosis['remediation'][number]): string {
  return `[${risk}] ${statement}${undo === '' ? '' : `; undo: ${undo}`}`;
}

// Backticks mark literals for the claim checker; on a terminal they are noise.
function plain(text: string): string {
  return text.replaceAll('`', '');
}
