import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AlertListQuery, BulkResolveRequest, MAX_BULK } from './alert.ts';
import { VoteRequest } from './comment.ts';
import {
  IncidentDetail,
  IncidentListQuery,
  IncidentPatch,
  IncidentPut,
  ResolveRequest,
  SnoozeRequest,
} from './incident.ts';
import { EmbeddingRequest } from './recall.ts';
import { TimelineQuery } from './timeline.ts';

describe('query of the incident list', () => {
  it('takes several values repeated or with commas', () => {
    const query = IncidentListQuery.parse({ status: ['open,acknowledged', 'resolved'], severity: 'critical' });
    expect(query.status).toEqual(['open', 'acknowledged', 'resolved']);
    expect(query.severity).toEqual(['critical']);
  });

  it('has defaults that need no parameter', () => {
    expect(IncidentListQuery.parse({})).toEqual({ limit: 50, hidden: false, sort: 'startedAt' });
  });

  it.each([
    [{ limit: '0' }, 'limit'],
    [{ limit: '201' }, 'limit'],
    [{ limit: 'many' }, 'limit'],
    [{ status: 'firing' }, 'status'],
    [{ from: '2026-03-01' }, 'from'],
    [{ hidden: 'yes' }, 'hidden'],
    [{ sort: 'title' }, 'sort'],
  ])('names what is wrong in %j', (query, field) => {
    const result = IncidentListQuery.safeParse(query);
    expect(result.error?.issues[0]?.path[0]).toBe(field);
  });
});

describe('bodies', () => {
  it('accept the older names of fields, our own name first', () => {
    expect(EmbeddingRequest.parse({ incident_id: 'a', incident_summary: 'b' })).toEqual({
      incidentId: 'a',
      incidentSummary: 'b',
    });
    expect(IncidentPatch.parse({ analysis_summary: 'old', analysisSummary: 'new' })).toEqual({
      analysisSummary: 'new',
    });
    expect(VoteRequest.parse({ vote_type: 'up' })).toEqual({ vote: 'up' });
  });

  it('may be missing where every field is optional', () => {
    expect(ResolveRequest.parse(null)).toEqual({});
    expect(IncidentPatch.parse(undefined)).toEqual({});
  });

  it('refuse fields nobody knows', () => {
    expect(IncidentPatch.safeParse({ titel: 'x' }).success).toBe(false);
  });

  it('of a PUT need title and severity', () => {
    expect(IncidentPut.safeParse({ title: 'x' }).success).toBe(false);
    expect(IncidentPut.parse({ title: ' x ', severity: 'high' })).toEqual({ title: 'x', severity: 'high' });
  });

  it('of a snooze need exactly one of a moment and minutes', () => {
    expect(SnoozeRequest.safeParse({}).success).toBe(false);
    expect(SnoozeRequest.safeParse({ minutes: 5, until: '2026-03-01T00:00:00Z' }).success).toBe(false);
    expect(SnoozeRequest.parse({ minutes: 5 })).toEqual({ minutes: 5 });
  });

  it('hold no text the store cannot keep', () => {
    expect(ResolveRequest.safeParse({ reason: 'a\u0000b' }).error?.issues[0]?.path).toEqual(['reason']);
    expect(ResolveRequest.parse({ reason: '  fixed ' })).toEqual({ reason: 'fixed' });
    expect(IncidentPatch.safeParse({ title: '   ' }).success).toBe(false);
  });

  it('of a bulk resolve are bounded', () => {
    const alertIds = Array.from({ length: MAX_BULK + 1 }, (_, index) => `alr_${index}`);
    expect(BulkResolveRequest.safeParse({ alertIds }).success).toBe(false);
    expect(BulkResolveRequest.safeParse({ alertIds: alertIds.slice(1) }).success).toBe(true);
  });
});

describe('JSON schema', () => {
  it.each([
    ['incident detail', IncidentDetail, 'output', 'acknowledgedBy'],
    ['incident query', IncidentListQuery, 'input', 'assignee'],
    ['alert query', AlertListQuery, 'input', 'flapping'],
    ['timeline query', TimelineQuery, 'input', 'order'],
    ['edit', IncidentPatch, 'input', 'analysisSummary'],
  ] as const)('can be made of the %s', (_name, schema, io, field) => {
    expect(JSON.stringify(z.toJSONSchema(schema, { io }))).toContain(field);
  });
});
