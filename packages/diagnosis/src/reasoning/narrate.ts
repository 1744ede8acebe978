import type { SourceName } from '@headwater/contracts/recording/manifest.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { formatTime } from '@headwater/core/time.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Unhealthy } from './health.ts';
import type { Ranked } from './rank.ts';
import type { Target } from './targets.ts';
import type { Judgement } from './verdict.ts';

/** One or two sentences a tired person understands: what broke, why, since when. */
export function summarise(
  judgement: Judgement,
  facts: {
    onset: number | null;
    targets: readonly Target[];
    unhealthy: () => readonly Unhealthy[];
    sources: Snapshot['sources'];
  },
): string {
  const [first] = judgement.causes;
  const since = facts.onset === null ? '' : ` Since ${formatTime(facts.onset)}.`;
  switch (judgement.verdict) {
    case 'cause': {
      const others = judgement.causes.slice(1).filter((other) => first && other.score > first.score - 0.1);
      const also =
        others.length === 0
          ? ''
          : ` Also: ${others.map((other) => sentence(other.hypothesis.lead.statement)).join(' ')}`;
      return first ? `${sentence(first.hypothesis.lead.statement)}${since}${reachText(first)}${also}` : '';
    }
    case 'ambiguous':
      return judgement.rivals ? ambiguous(judgement.rivals, since, facts) : '';
    case 'insufficient-evidence':
      return insufficient(facts.targets, facts.unhealthy());
    case 'no-fault':
      return facts.targets.length === 0
        ? 'Nothing is wrong now in what was read.'
        : `${names(facts.targets)} ${isOne(facts.targets) ? 'is' : 'are'} healthy now and the condition of the alert is not visible.`;
  }
}

function ambiguous(
  [first, second]: NonNullable<Judgement['rivals']>,
  since: string,
  facts: { onset: number | null; sources: Snapshot['sources'] },
): string {
  const either = sentence(first.hypothesis.lead.statement);
  const or = sentence(second.hypothesis.lead.statement);
  return `Two causes fit equally well. Either: ${either} Or: ${or}${since} ${deciding(first, second, facts)}`;
}

/** Why a cause is believed as much as it is, in one line. */
export function basisOf(entry: Ranked): string {
  const { lead, findings } = entry.hypothesis;
  const kinds = [...new Set(findings.flatMap(({ evidence }) => evidence.map(({ kind }) => kind)))].sort();
  const parts = [`shown by ${kinds.join(', ')} evidence`];
  const hops = entry.accounts.map((account) => account.hops);
  if (hops.length > 0)
    parts.push(
      Math.min(...hops) === 0 ? 'on the alerted object itself' : `${Math.min(...hops)} hop(s) from the alerted object`,
    );
  if (entry.explains.length > 0) parts.push(`explains ${entry.explains.length} other finding(s)`);
  if (lead.role === 'symptom') parts.push('only an effect is visible, its cause is not');
  if (entry.explainedBy) parts.push(`likely an effect of ${formatSubject(entry.explainedBy.subject)}`);
  return parts.join('; ');
}

/** The sources that tell two causes apart, the surest first, with the fact each would show. */
const DECIDING: readonly (readonly [SourceName, (left: string, right: string, same: boolean) => string])[] = [
  ['traces', (left, right, same) => (same ? '' : `in which of ${left} and ${right} the failing or slow spans begin`)],
  [
    'metrics',
    (left, right, same) =>
      same
        ? `which signal of ${left} changed first`
        : `whose errors, latency or load changed first, those of ${left} or of ${right}`,
  ],
  [
    'logs',
    (left, right, same) =>
      same
        ? `what the containers of ${left} said when it began`
        : `what the containers of ${left} and of ${right} said when it began`,
  ],
];

function deciding(
  first: Ranked,
  second: Ranked,
  { sources, onset }: { sources: Snapshot['sources']; onset: number | null },
): string {
  const [left, right] = [first, second].map(({ hypothesis }) => formatSubject(hypothesis.subject));
  const same = left === right;
  for (const [source, fact] of DECIDING) {
    const words = sources[source] === 'present' ? '' : fact(left ?? '', right ?? '', same);
    if (words) return `What would decide: ${words}; the ${source} were not read.`;
  }
  const undated = [first, second].find(({ hypothesis }) => hypothesis.findings.every(({ since }) => since == null));
  if (undated && onset !== null)
    return `What would decide: whether ${undated.hypothesis.category} of ${formatSubject(undated.hypothesis.subject)} was there before the incident began.`;
  return `What would decide: whether ${left} recovers when ${first.hypothesis.category} is repaired, or only when ${second.hypothesis.category} of ${right} is.`;
}

function insufficient(targets: readonly Target[], unhealthy: readonly Unhealthy[]): string {
  const missing = targets.filter(({ exists }) => !exists);
  const [first] = unhealthy;
  if (first)
    return `${sentence(first.statement)} No mechanism is visible in what was read; the gaps say what would show it.`;
  if (missing.length > 0)
    return `${names(missing)} named by the alert ${isOne(missing) ? 'is' : 'are'} not in what was read, and nothing else shows a cause.`;
  return 'What was read shows no mechanism; the gaps say what is missing.';
}

function reachText(entry: Ranked): string {
  const reached = entry.accounts.filter(({ hops }) => hops > 0).map(({ target }) => target);
  return reached.length === 0 ? '' : ` It affects ${names(reached)}.`;
}

function names(targets: readonly Target[]): string {
  const unique = [...new Set(targets.map(({ subject }) => formatSubject(subject)))];
  const shown = unique.slice(0, 3).join(', ');
  return unique.length > 3 ? `${shown} and others` : shown;
}

function isOne(targets: readonly Target[]): boolean {
  return new Set(targets.map(({ subject }) => formatSubject(subject))).size === 1;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
