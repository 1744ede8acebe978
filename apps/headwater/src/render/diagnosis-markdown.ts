import type { Cause, Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { printable } from './printable.ts';

/** A diagnosis as Markdown, for a postmortem, a chat message or a pull request. */
export function renderDiagnosisMarkdown(made: Diagnosis): string {
  const diagnosis = printable(made);
  const parts = [`# Diagnosis: ${diagnosis.verdict}`, '', escape(diagnosis.summary), ''];
  if (diagnosis.onset) parts.push(`**Onset:** ${diagnosis.onset}`, '');
  for (const [index, cause] of diagnosis.causes.entries()) parts.push(...causeParts(diagnosis, cause, index));
  parts.push(
    ...bullets(
      'Symptoms',
      diagnosis.symptoms.map(({ statement }) => statement),
    ),
  );
  parts.push(
    ...bullets(
      'Remediation',
      diagnosis.remediation.map(
        ({ risk, statement, preconditions, undo }) =>
          `**${risk}** ${statement}. First: ${preconditions.join('; ') || 'nothing'}. Undo: ${undo || 'none'}.`,
      ),
    ),
  );
  parts.push(
    ...bullets(
      'Changes before the onset',
      diagnosis.changes.map(
        ({ time, subject, title, relevance }) =>
          `${time} ${subject ? `${formatSubject(subject)}: ` : ''}${title} (${relevance})`,
      ),
    ),
  );
  parts.push(
    ...bullets(
      'Ruled out',
      diagnosis.ruledOut.map(({ statement }) => statement),
    ),
  );
  parts.push(
    ...bullets(
      'Not visible',
      diagnosis.gaps.map(({ statement, wouldShow }) => `${statement}; would show ${wouldShow}`),
    ),
  );
  parts.push(
    `_Headwater ${diagnosis.engine.version}, ${diagnosis.engine.objects} objects, ${diagnosis.engine.analyzers} analyzers._`,
  );
  return `${parts.join('\n').trimEnd()}\n`;
}

function causeParts(diagnosis: Diagnosis, cause: Cause, index: number): string[] {
  const { band, score, basis } = cause.confidence;
  const evidence = cause.supports.flatMap((id) => diagnosis.evidence[id] ?? []);
  return [
    `## ${index + 1}. ${formatSubject(cause.subject)}: ${cause.category}`,
    '',
    escape(cause.statement),
    '',
    `Confidence: ${band} (${score.toFixed(2)}), ${basis}.`,
    '',
    ...evidence.map(({ kind, time, text }) => `- ${kind}${time ? ` ${time}` : ''}: ${code(text)}`),
    '',
    ...cause.chain.map(({ effect }) => `1. ${escape(effect)}`),
    ...(cause.chain.length > 0 ? [''] : []),
  ];
}

function bullets(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`## ${title}`, '', ...items.map((item) => `- ${escape(item)}`), ''];
}

// Text from the cluster is data: it must not become links, images or HTML in the report.
function escape(text: string): string {
  const parts = text.split(/(`[^`]*`)/);
  // Between backticks everything is literal already, and a backslash would show.
  return parts
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[\\<>[\]*_|]/g, (mark) => `\\${mark}`)))
    .join('');
}

function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `\`${text}\`` : `${fence} ${text} ${fence}`;
}
