import { describe, expect, it } from 'vitest';
import { actionAvailability, INCIDENT_ACTIONS, type IncidentState, incidentAvailability } from './status.ts';

const OPEN: IncidentState = { status: 'open', snoozedUntil: null, hidden: false, mergedInto: null, alertCount: 2 };
const YES = { allowed: true, reason: 'role responder' };

function allowedIn(state: Partial<IncidentState>): readonly string[] {
  const answer = incidentAvailability({ ...OPEN, ...state }, YES);
  return INCIDENT_ACTIONS.filter((action) => answer[action].allowed);
}

const ALWAYS = ['assign', 'edit', 'merge', 'comment', 'diagnose'];

describe('what may be done', () => {
  it.each<[string, Partial<IncidentState>, readonly string[]]>([
    ['open', {}, ['acknowledge', 'snooze', 'resolve', 'hide', 'split', 'moveAlert']],
    ['acknowledged', { status: 'acknowledged' }, ['unacknowledge', 'snooze', 'resolve', 'hide', 'split', 'moveAlert']],
    ['resolved', { status: 'resolved' }, ['reopen', 'hide', 'split', 'moveAlert']],
    ['snoozed', { snoozedUntil: 5 }, ['acknowledge', 'snooze', 'unsnooze', 'resolve', 'hide', 'split', 'moveAlert']],
    ['hidden', { hidden: true }, ['acknowledge', 'snooze', 'resolve', 'unhide', 'split', 'moveAlert']],
    ['with one alert', { alertCount: 1 }, ['acknowledge', 'snooze', 'resolve', 'hide', 'moveAlert']],
    ['without alerts', { alertCount: 0 }, ['acknowledge', 'snooze', 'resolve', 'hide']],
  ])('to an incident that is %s', (_, state, expected) => {
    expect(new Set(allowedIn(state))).toEqual(new Set([...ALWAYS, ...expected]));
  });

  it('to one merged away: nothing, and it says where it went', () => {
    expect(allowedIn({ mergedInto: 'inc_1' })).toEqual([]);
    expect(actionAvailability('edit', { ...OPEN, mergedInto: 'inc_1' }, YES).reason).toBe(
      'the incident was merged into inc_1',
    );
  });

  it('without permission: nothing, for the reason of the permission', () => {
    const denied = { allowed: false, reason: 'no role of kim permits incidents.write' };
    const answer = incidentAvailability(OPEN, denied);
    expect(Object.values(answer).every((one) => one === denied)).toBe(true);
  });
});
