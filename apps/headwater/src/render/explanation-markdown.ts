import type { DiagnosisExplanation, ExplainedTerm } from '@headwater/contracts/diagnosis/explanation.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { printable } from './printable.ts';

/** How a diagnosis came about, as a Markdown section to follow the diagnosis. */
export function renderExplanationMarkdown(made: DiagnosisExplanation): string {
  const { hypotheses, alerts } = printable({ hypotheses: made.hypotheses, alerts: made.alerts });
  const lines = [
    '## Hypotheses considered',
    '',
    ...hypotheses.flatMap(({ place, subject, category, score, terms, outcome }) => [
      `${place}. **${escape(formatSubject(subject))}** ${category}, score ${score.toFixed(2)}`,
      `   - Score: ${escape(terms.map(termWords).join('; '))}`,
      `   - ${escape(outcome.words)}`,
    ]),
    '',
    ...(alerts.length > 0 ? ['## Alerts', ''] : []),
    ...alerts.map(
      ({ name, explainedBy, chain }) =>
        `- ${escape(name)}: ${explainedBy === null ? 'not explained' : `explained by ${explainedBy}`}${chain.length > 0 ? `. ${escape(chain.map(({ effect }) => effect).join('. '))}` : ''}`,
    ),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function termWords({ name, kind, value }: ExplainedTerm): string {
  const sign = { start: '', add: '+', times: 'x', cap: 'at most ' }[kind];
  return `${name} ${sign}${value}`;
}

// Names and messages come from the cluster and must not become markup; between backticks everything is literal already.
function escape(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[\\<>[\]*_|]/g, (mark) => `\\${mark}`)))
    .join('');
}
