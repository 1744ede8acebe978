import type { DiagnosisExplanation } from '@headwater/contracts/diagnosis/explanation.ts';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { stringify } from 'yaml';
import type { Io } from '../cli/io.ts';
import { styleOf } from '../cli/style.ts';
import { renderDiagnosisMarkdown } from './diagnosis-markdown.ts';
import { renderDiagnosisText } from './diagnosis-text.ts';
import { renderExplanationMarkdown } from './explanation-markdown.ts';
import { renderExplanationText } from './explanation-text.ts';

export const OUTPUTS = ['table', 'json', 'yaml', 'markdown'] as const;
export type Output = (typeof OUTPUTS)[number];

/** A diagnosis in the chosen format. `now` is the moment diagnosed, in milliseconds. */
export function renderDiagnosis(diagnosis: Diagnosis, output: Output, view: { io: Io; now: number }): string {
  switch (output) {
    case 'json':
      return `${JSON.stringify(diagnosis, null, 2)}\n`;
    case 'yaml':
      return stringify(diagnosis, { lineWidth: 0 });
    case 'markdown':
      return renderDiagnosisMarkdown(diagnosis);
    case 'table':
      return renderDiagnosisText(diagnosis, styleOf(view.io), view.now);
  }
}

/** A diagnosis and how it came about, in the chosen format. `now` is the moment diagnosed, in milliseconds. */
export function renderExplanation(
  explanation: DiagnosisExplanation,
  output: Output,
  view: { io: Io; now: number },
): string {
  const diagnosis = renderDiagnosis(explanation.diagnosis, output, view);
  switch (output) {
    case 'json':
      return `${JSON.stringify(explanation, null, 2)}\n`;
    case 'yaml':
      return stringify(explanation, { lineWidth: 0 });
    case 'markdown':
      return `${diagnosis}\n${renderExplanationMarkdown(explanation)}`;
    case 'table':
      return `${diagnosis}\n${renderExplanationText(explanation, styleOf(view.io))}`;
  }
}
