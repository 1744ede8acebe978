import type {
  DiagnosisExplanation,
  ExplainedAlert,
  ExplainedHypothesis,
  ExplainedTerm,
} from '@headwater/contracts/diagnosis/explanation.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { type Style, wrap } from '../cli/style.ts';
import { printable } from './printable.ts';

const INDENT = '             ';
const MAX_ALERTS = 40;

/** How a diagnosis came about, for people: each hypothesis with its score by term and why it won or lost, then each alert with its chain. */
export function renderExplanationText(made: DiagnosisExplanation, style: Style): string {
  const { hypotheses, alerts } = printable({ hypotheses: made.hypotheses, alerts: made.alerts });
  const { paint } = style;
  const lines = [paint('bold', `HYPOTHESES CONSIDERED: ${hypotheses.length}`), ''];
  if (hypotheses.length === 0) lines.push('No analyzer found anything to say about what was read.', '');
  for (const hypothesis of hypotheses) lines.push(...hypothesisLines(hypothesis, style), '');
  if (alerts.length > 0) lines.push(paint('bold', `ALERTS: ${alerts.length}`), '');
  for (const alert of alerts.slice(0, MAX_ALERTS)) lines.push(...alertLines(alert, style));
  if (alerts.length > MAX_ALERTS)
    lines.push(row('', paint('dim', `and ${alerts.length - MAX_ALERTS} more; --output json has all`), style));
  return `${lines.join('\n').trimEnd()}\n`;
}

function hypothesisLines(hypothesis: ExplainedHypothesis, style: Style): string[] {
  const { place, subject, category, score, role, statement, terms, outcome } = hypothesis;
  const { paint } = style;
  const won = outcome.code === 'won' || outcome.code === 'rival' || outcome.code === 'beside';
  return [
    row(
      `${place}.`,
      `${paint('bold', formatSubject(subject))}  ${paint('cyan', category)}  ${paint('dim', role)}  ${paint('bold', score.toFixed(2))}`,
      style,
    ),
    row('', plain(statement), style),
    row('Score', terms.map(termWords).join('; '), style),
    row(won ? 'Reported' : 'Lost', plain(outcome.words), style),
  ];
}

function termWords({ name, kind, value, score, words }: ExplainedTerm): string {
  switch (kind) {
    case 'start':
      return `${name} ${value.toFixed(2)} (${words})`;
    case 'add':
      return `${name} +${value.toFixed(2)} (${words})`;
    case 'times':
      return `${name} x${value.toFixed(3)} = ${score.toFixed(2)} (${words})`;
    case 'cap':
      return `${name} at most ${value.toFixed(2)} = ${score.toFixed(2)} (${words})`;
  }
}

function alertLines({ name, subjects, explainedBy, chain }: ExplainedAlert, style: Style): string[] {
  const about = subjects.length > 0 ? subjects.map(formatSubject).join(', ') : 'nothing that was read';
  const by = explainedBy === null ? 'not explained' : `explained by ${explainedBy}`;
  return [
    row('Alert', `${style.paint('bold', name || 'unnamed')} about ${about}: ${by}`, style),
    ...chain.map(({ effect }) => row('', plain(effect), style)),
    '',
  ];
}

function row(label: string, text: string, style: Style): string {
  return `${style.paint('dim', label.padEnd(INDENT.length))}${wrap(text, style.width, INDENT)}`;
}

// Backticks mark literals for the claim checker; on a terminal they are noise.
function plain(text: string): string {
  return text.replaceAll('`', '');
}
