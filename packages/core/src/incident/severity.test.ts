import { expect, it } from 'vitest';
import { isGraver, rollUpSeverity } from './severity.ts';

it('takes the gravest alert and never lets it sink again', () => {
  expect(rollUpSeverity(null, ['info', 'warning'])).toEqual({ severity: 'warning', severityBy: 'alerts' });
  expect(rollUpSeverity({ severity: 'warning', severityBy: 'alerts' }, ['critical'])).toMatchObject({
    severity: 'critical',
  });
  expect(rollUpSeverity({ severity: 'critical', severityBy: 'alerts' }, ['info'])).toMatchObject({
    severity: 'critical',
  });
  expect(rollUpSeverity({ severity: 'unknown', severityBy: 'alerts' }, ['info'])).toMatchObject({ severity: 'info' });
});

it("leaves a person's choice", () => {
  const chosen = { severity: 'info', severityBy: 'person' } as const;
  expect(rollUpSeverity(chosen, ['critical'])).toBe(chosen);
});

it('compares', () => {
  expect(isGraver('warning', 'critical')).toBe(true);
  expect(isGraver('critical', 'critical')).toBe(false);
  expect(isGraver('unknown', 'info')).toBe(true);
});
