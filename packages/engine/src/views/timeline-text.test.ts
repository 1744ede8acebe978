import { EVENT_KINDS } from '@headwater/contracts/http/timeline.ts';
import { describe, expect, it } from 'vitest';
import { timelineText } from './timeline-text.ts';

const say = (kind: string, payload: Record<string, unknown>, actor = 'ann') => timelineText({ kind, actor, payload });

describe('timeline in plain words', () => {
  it.each([
    [
      'incident.opened',
      { alerts: [{ name: 'PodDown', reason: 'nothing else is open there' }], count: 1 },
      'Opened by alert PodDown: nothing else is open there',
    ],
    ['incident.opened', { splitFrom: { number: 7, title: 'Big one' } }, 'Split off from #7 (Big one)'],
    ['incident.acknowledged', { acknowledged: true }, 'ann acknowledged it'],
    ['incident.acknowledged', { acknowledged: false }, 'ann took the acknowledgement back'],
    ['incident.snoozed', { until: '2026-03-01T12:00:00Z', reason: null }, 'ann snoozed it until 2026-03-01T12:00:00Z'],
    ['incident.snoozed', { until: null, reason: 'its time is over' }, 'Woke up: its time is over'],
    ['incident.snoozed', { until: null, reason: null }, 'ann woke it up'],
    ['incident.assigned', { from: null, to: 'ann' }, 'ann took it'],
    ['incident.assigned', { from: 'ann', to: 'bob' }, 'ann assigned it to bob'],
    ['incident.assigned', { from: 'bob', to: null }, 'ann took it from bob'],
    ['incident.resolved', { by: 'person', reason: 'rolled back' }, 'ann resolved it: rolled back'],
    [
      'incident.resolved',
      { by: 'quiet', reason: 'no alert has fired for 5m' },
      'Resolved by itself: no alert has fired for 5m',
    ],
    ['incident.reopened', { by: 'alert', reason: 'it fires again' }, 'Reopened: it fires again'],
    ['incident.merged', { into: { number: 3, title: 'Disk' } }, 'ann merged it into #3 (Disk)'],
    [
      'incident.merged',
      { merged: [{ number: 4, title: 'A' }, { number: 5 }], reason: '' },
      'ann merged #4 (A), #5 into it',
    ],
    [
      'incident.split',
      { into: { number: 9 }, alertIds: ['a', 'b'], reason: 'other node' },
      'ann split 2 alerts off into #9: other node',
    ],
    ['incident.split', { unmerged: { number: 4 } }, 'ann undid the merge of #4'],
    [
      'incident.severity',
      { from: 'warning', to: 'critical', by: 'alerts' },
      'Its alerts raised the severity from warning to critical',
    ],
    ['incident.hidden', { hidden: true }, 'ann hid it'],
    ['incident.commented', { excerpt: 'looking' }, 'ann commented: looking'],
    ['incident.commented', { deleted: true }, 'ann deleted a comment'],
    [
      'incident.diagnosed',
      { revision: 2, phase: 'firing', summary: 'The disk is full.' },
      'Diagnosis 2: The disk is full.',
    ],
    [
      'incident.alert-joined',
      { alerts: [{ name: 'A', reason: 'same Deployment' }, { name: 'B' }], count: 12 },
      '12 alerts (A, B …) joined: same Deployment',
    ],
    ['incident.alert-joined', { alerts: [{ name: 'A' }], count: 1, refired: true }, 'Alert A fired again'],
    [
      'incident.alert-resolved',
      { alerts: [{ name: 'A' }], count: 1, firingCount: 0 },
      'Alert A resolved; nothing fires any more',
    ],
    ['incident.alert-resolved', { alerts: [], count: 2, firingCount: 3 }, '2 alerts resolved; 3 still firing'],
    ['incident.changed', { fields: ['title'] }, 'ann edited title'],
    ['incident.changed', { flapping: true, reason: 'it fired 3 times' }, 'An alert flaps: it fired 3 times'],
  ])('%s %j', (kind, payload, sentence) => {
    expect(say(kind, payload)).toBe(sentence);
  });

  it('has a sentence for every kind, whatever the payload lacks', () => {
    for (const kind of EVENT_KINDS) {
      const sentence = say(kind, {});
      expect(sentence, kind).not.toContain(kind);
      expect(sentence, kind).not.toContain('undefined');
    }
  });

  it('names a kind it does not know', () => {
    expect(say('incident.other', {})).toBe('ann: incident.other');
  });
});
