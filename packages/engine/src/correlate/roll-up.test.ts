import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { describe, expect, it } from 'vitest';
import type { BoardIncident } from './board.ts';
import { newIncidentRow, rollUpIncident } from './roll-up.ts';
import { T } from './test-correlation.ts';
import { candidate, placed, waitingRow } from './test-episodes.ts';

type Row = Parameters<typeof waitingRow>[1];

const joining = (id: string, more: Row = {}) => ({ episode: placed(id, more), rule: 'new', reason: 'because' });

function board(more: Partial<BoardIncident>): BoardIncident {
  const stored = more.stored ?? null;
  return {
    id: stored?.id ?? 'new',
    number: stored?.number ?? null,
    resolvedAt: stored?.resolvedAt ?? null,
    mergedInto: null,
    stored,
    open: true,
    namespaces: ['shop'],
    reopenReason: null,
    joined: [],
    ended: [],
    refired: [],
    ...more,
  };
}

function rollUp(
  incident: BoardIncident,
  counts: { alertCount?: number; firingCount?: number } = {},
  flapping: readonly string[] = [],
) {
  const { alertCount = 2, firingCount = 2 } = counts;
  return rollUpIncident(
    incident,
    { incidentId: incident.id, alertCount, firingCount },
    { now: T, flapping: new Set(flapping) },
  );
}

it('starts a new incident from the gravest of its alerts and the earliest start', () => {
  const joined = [joining('a', { startsAt: T - MINUTE }), joining('b', { severity: 'critical', startsAt: T })];
  expect(newIncidentRow(board({ joined }), { cluster: 'prod', now: T })).toMatchObject({
    title: 'Alert b on Deployment shop/b (+1)',
    severity: 'critical',
    subject: { name: 'b' },
    leadAlertId: 'alr_b',
    startedAt: T - MINUTE,
    createdAt: T,
  });
  expect(rollUp(board({ joined }))).toMatchObject({
    diagnose: true,
    raisedFrom: null,
    row: { status: 'open', alertCount: 2, firingCount: 2, quietSince: null, reopened: 0, diagnosisState: 'pending' },
  });
});

it('is quiet from the start when everything in it has ended', () => {
  const joined = [joining('a', { status: 'resolved' })];
  expect(rollUp(board({ joined }), { firingCount: 0 }).row.quietSince).toBe(T);
});

describe('an incident that goes on', () => {
  it('keeps its name and start unless a graver or earlier alert joins', () => {
    const stored = candidate('old', { title: 'Slow in shop' });
    expect(rollUp(board({ stored, joined: [joining('a')] })).row).toMatchObject({
      title: 'Slow in shop (+1)',
      leadAlertId: 'alr_lead',
      startedAt: stored.startedAt,
      severity: 'warning',
    });
    expect(rollUp(board({ stored, joined: [joining('a', { severity: 'high', startsAt: 5 })] }))).toMatchObject({
      raisedFrom: 'warning',
      row: { title: 'Alert a on Deployment shop/a (+1)', leadAlertId: 'alr_a', startedAt: 5, severity: 'high' },
    });
  });

  it('keeps words that a diagnosis or a person gave', () => {
    for (const titleBy of ['diagnosis', 'person'] as const) {
      const stored = candidate('old', { title: 'A bad image', titleBy });
      expect(rollUp(board({ stored, joined: [joining('a', { severity: 'critical' })] })).row).toMatchObject({
        title: 'A bad image',
        severity: 'critical',
      });
    }
    const stored = candidate('old', { severity: 'info', severityBy: 'person' });
    expect(rollUp(board({ stored, joined: [joining('a', { severity: 'critical' })] }))).toMatchObject({
      raisedFrom: null,
      row: { severity: 'info', leadAlertId: 'alr_lead' },
    });
  });

  it('wakes from its snooze when it becomes graver, not otherwise', () => {
    const stored = candidate('old', { snoozedUntil: T + HOUR });
    expect(rollUp(board({ stored, joined: [joining('a')] }))).toMatchObject({
      snoozeEnded: null,
      row: { snoozedUntil: T + HOUR },
    });
    expect(rollUp(board({ stored, joined: [joining('a', { severity: 'critical' })] }))).toMatchObject({
      snoozeEnded: 'the incident became graver',
      row: { snoozedUntil: null },
    });
  });

  it('is diagnosed anew for what changed, not for what flaps', () => {
    const stored = candidate('old');
    const ended = [waitingRow('a', { status: 'resolved' })];
    expect(rollUp(board({ stored, ended })).diagnose).toBe(true);
    const flapping = rollUp(board({ stored, ended }), {}, ['alr_a']);
    expect(flapping.diagnose).toBe(false);
    expect(flapping.row.diagnosisState).toBe('done');
    const both = [...ended, waitingRow('b', { status: 'resolved' })];
    expect(rollUp(board({ stored, ended: both }), {}, ['alr_a']).diagnose).toBe(true);
  });

  it('is quiet since its last alert ended', () => {
    const ended = [waitingRow('a', { status: 'resolved' })];
    expect(rollUp(board({ stored: candidate('old'), ended }), { firingCount: 0 }).row.quietSince).toBe(T);
    const quiet = candidate('old', { quietSince: T - MINUTE });
    expect(rollUp(board({ stored: quiet, ended }), { firingCount: 0 }).row.quietSince).toBe(T - MINUTE);
    expect(rollUp(board({ stored: quiet, refired: [waitingRow('a')] }), { firingCount: 1 }).row.quietSince).toBeNull();
  });
});

it('a reopened incident starts its life again: nobody works on it, nothing says how it ended', () => {
  const stored = candidate('old', {
    status: 'resolved',
    acknowledgedAt: 1,
    acknowledgedBy: 'kim',
    resolvedAt: T - MINUTE,
    resolvedBy: 'kim',
    resolveReason: 'rolled back',
    reopened: 1,
  });
  expect(rollUp(board({ stored, reopenReason: 'again', joined: [joining('a')] })).row).toMatchObject({
    status: 'open',
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    resolvedBy: null,
    resolveReason: null,
    reopened: 2,
    quietSince: null,
  });
});

it('a resolved incident whose alerts end stays as it was resolved', () => {
  const stored = candidate('old', { status: 'resolved', resolvedAt: 7, resolvedBy: 'kim', resolveReason: 'done' });
  const ended = [waitingRow('a', { status: 'resolved' })];
  expect(rollUp(board({ stored, ended }), { firingCount: 0 }).row).toMatchObject({
    status: 'resolved',
    resolvedAt: 7,
    resolveReason: 'done',
    quietSince: null,
    firingCount: 0,
  });
});
