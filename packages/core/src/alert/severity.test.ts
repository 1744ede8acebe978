import { expect, it } from 'vitest';
import { gravestSeverity, normaliseSeverity, SEVERITIES, severityRank } from './severity.ts';

it.each([
  ['critical', 'critical'],
  ['Critical ', 'critical'],
  ['page', 'critical'],
  ['SEV-1', 'critical'],
  ['error', 'high'],
  ['high', 'high'],
  ['warn', 'warning'],
  ['none', 'info'],
  ['purple', 'unknown'],
  ['constructor', 'unknown'],
  ['', 'unknown'],
  [undefined, 'unknown'],
])('takes %j for %s', (word, severity) => {
  expect(normaliseSeverity(word)).toBe(severity);
});

it('ranks the list from the gravest down', () => {
  expect(SEVERITIES.map(severityRank)).toEqual([4, 3, 2, 1, 0]);
});

it('rolls up to the gravest, so that a known severity always beats an unknown one', () => {
  expect(gravestSeverity([])).toBe('unknown');
  expect(gravestSeverity(['unknown', 'info'])).toBe('info');
  expect(gravestSeverity(['info', 'critical', 'warning'])).toBe('critical');
});
