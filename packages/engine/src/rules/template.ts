import { type Expression, plainValue, readExpression } from './cel.ts';

/** Text made of variables. */
export type Template = (variables: object) => string;

const LONGEST = 600;

/** Reads a text with `{{ expression }}` in it. */
export function readTemplate(text: string): Template {
  const parts = text.split(/(\{\{.*?\}\})/s).map((part): string | Expression => {
    const [, expression] = /^\{\{(.*)\}\}$/s.exec(part) ?? [];
    return expression === undefined ? part : readExpression(expression.trim());
  });
  return (variables) =>
    parts
      .map((part) => (typeof part === 'string' ? part : sayValue(plainValue(part.value(variables)))))
      .join('')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, LONGEST);
}

function sayValue(value: unknown): string {
  if (value === undefined || value === null) return '(not set)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
