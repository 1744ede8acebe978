import { describe, expect, it } from 'vitest';
import { DAY } from '../time.ts';
import { retentionCutoffs } from './policy.ts';

const NOW = Date.parse('2026-11-21T13:00:00Z');

describe('retention', () => {
  it('counts each period back from now', () => {
    expect(
      retentionCutoffs(
        { incidents: 400 * DAY, events: 30 * DAY, audit: 0, journal: 90 * DAY, journalVersions: 5 },
        NOW,
      ),
    ).toEqual({
      incidents: NOW - 400 * DAY,
      events: NOW - 30 * DAY,
      audit: NOW,
      journal: NOW - 90 * DAY,
      journalContents: NOW - DAY / 24,
      sessions: NOW - 30 * DAY,
      answers: NOW - 2 * DAY,
    });
  });

  it('keeps for ever what has no period', () => {
    expect(
      retentionCutoffs({ incidents: null, events: null, audit: null, journal: null, journalVersions: 5 }, NOW),
    ).toMatchObject({
      incidents: null,
      events: null,
      audit: null,
      journal: null,
    });
  });
});
