import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { IncidentNotice, NoticeRequest, Receipt } from '@headwater/engine/ports/notifier.ts';
import { type FakeSlack, fakeSlack } from '@headwater/testkit/fake-slack.ts';
import { cutText, escapeSlack, packMessages, SLACK_LIMITS, splitText } from './limits.ts';
import { slackNotifier } from './notifier.ts';
import { diagnosisMessages, rootMessage } from './render.ts';

const subject = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };

function diagnosisOf(statement: string, evidenceCount = 1): Diagnosis {
  const ids = Array.from({ length: evidenceCount }, (_, index) => `ev_${String(index).padStart(20, '0')}`);
  const item = { kind: 'log' as const, source: 'logs', text: statement, query: 'q', redacted: false };
  return {
    schema: 'headwater.diagnosis/v1',
    verdict: 'cause',
    summary: statement,
    onset: null,
    causes: [
      {
        subject,
        aliases: [],
        category: 'container-oom-killed' as Diagnosis['causes'][number]['category'],
        statement,
        confidence: { band: 'high', score: 0.9, basis: 'seen' },
        actor: null,
        change: null,
        chain: [],
        supports: ids,
        contradicts: [],
        findings: [],
      },
    ],
    symptoms: [],
    unexplained: [],
    ruledOut: [],
    gaps: [],
    changes: [],
    evidence: Object.fromEntries(ids.map((id) => [id, item])),
    remediation: [],
    engine: { version: '1', ms: 0, objects: 1, analyzers: 1 },
  };
}

function noticeOf(more: Partial<IncidentNotice> = {}): IncidentNotice {
  return {
    incidentId: 'inc_1',
    number: 7,
    title: 'PodDown on Deployment shop/checkout',
    severity: 'critical',
    status: 'open',
    cluster: 'prod',
    namespaces: ['shop'],
    startedAt: 0,
    resolvedAt: null,
    acknowledgedBy: null,
    alertCount: 2,
    firingCount: 1,
    diagnosis: null,
    url: 'https://headwater.example/incidents/inc_1',
    ...more,
  };
}

const first = (more: Partial<NoticeRequest> = {}): NoticeRequest => ({
  notice: noticeOf(),
  receipt: null,
  uncertain: false,
  ...more,
});
const notifierOf = (slack: FakeSlack, token = slack.token) =>
  slackNotifier({ token, channel: slack.channel, apiUrl: slack.url, timeoutMs: 2_000 });

async function sent(slack: FakeSlack, request: NoticeRequest): Promise<Receipt> {
  const outcome = await notifierOf(slack).tell(request);
  if (outcome.state !== 'sent') throw new Error(JSON.stringify(outcome));
  return outcome.receipt;
}

describe('an incident in a channel', () => {
  it('has one root message that is edited, and each diagnosis once in its thread', async () => {
    await using slack = await fakeSlack();
    let receipt = await sent(slack, first());
    const notice = noticeOf({ diagnosis: { revision: 1, body: diagnosisOf('it is out of memory') } });
    receipt = await sent(slack, first({ notice, receipt }));
    await sent(slack, first({ notice: { ...notice, status: 'resolved', resolvedAt: 300_000 }, receipt }));
    const [root, ...thread] = slack.messages;
    expect(root).toMatchObject({ threadTs: null, edits: 2, text: expect.stringContaining('Resolved: #7') });
    expect(JSON.stringify(root?.blocks)).toContain('after 5m');
    expect(thread.map(({ threadTs }) => threadTs)).toEqual([root?.ts]);
  });

  it('is found again when the answer to its first post was lost', async () => {
    await using slack = await fakeSlack();
    slack.mishaps.push('lost-answer');
    expect(await notifierOf(slack).tell(first())).toMatchObject({ state: 'retry', receipt: null });
    await sent(slack, first({ uncertain: true }));
    expect(slack.messages).toHaveLength(1);
  });

  it('goes on in its thread where a failure stopped it', async () => {
    await using slack = await fakeSlack();
    const notice = noticeOf({ diagnosis: { revision: 1, body: diagnosisOf('word '.repeat(500), 20) } });
    slack.mishaps.push(null, null, 'server-error');
    const outcome = await notifierOf(slack).tell(first({ notice }));
    expect(outcome).toMatchObject({ state: 'retry', receipt: { revision: 1, parts: 1 } });
    await sent(slack, first({ notice, receipt: outcome.state === 'retry' ? outcome.receipt : null }));
    expect(slack.messages.filter(({ threadTs }) => threadTs !== null)).toHaveLength(
      diagnosisMessages(notice.diagnosis!.body).length,
    );
  });

  it('waits as long as Slack asks, and gives up on what cannot be mended by trying', async () => {
    await using slack = await fakeSlack();
    slack.mishaps.push({ retryAfter: 30 });
    expect(await notifierOf(slack).tell(first())).toMatchObject({ state: 'retry', after: 30_000 });
    expect(await notifierOf(slack, 'xoxb-wrong').tell(first())).toEqual({
      state: 'refused',
      reason: 'Slack refuses: invalid_auth',
    });
  });
});

describe('the limits of Slack', () => {
  const foreign = fc.string({ unit: 'grapheme', maxLength: 9_000 });

  it('are kept by every message, and no word of a diagnosis is lost', async () => {
    await using slack = await fakeSlack();
    const words = Array.from({ length: 3_000 }, (_, index) => `word${index}`);
    const body = diagnosisOf(words.join(' '), 60);
    await sent(slack, first({ notice: noticeOf({ title: 'x'.repeat(400), diagnosis: { revision: 1, body } }) }));
    const thread = slack.messages.filter(({ threadTs }) => threadTs !== null);
    expect(thread.length).toBeGreaterThan(1);
    const told = new Set(JSON.stringify(thread.map(({ blocks }) => blocks)).match(/word\d+/g));
    expect(words.filter((word) => !told.has(word))).toEqual([]);
  });

  it('hold for any text', () => {
    fc.assert(
      fc.property(foreign, fc.integer({ min: 0, max: 80 }), (text, count) => {
        for (const { blocks } of [
          rootMessage(noticeOf({ title: text })),
          ...diagnosisMessages(diagnosisOf(text, count)),
        ]) {
          expect(blocks.length).toBeLessThanOrEqual(SLACK_LIMITS.blocks);
          for (const block of blocks)
            if ('text' in block)
              expect(block.text.text.length).toBeLessThanOrEqual(
                block.type === 'header' ? SLACK_LIMITS.header : SLACK_LIMITS.section,
              );
        }
      }),
      { numRuns: 50 },
    );
  });

  it('split and cut without breaking a character or an escape', () => {
    fc.assert(
      fc.property(foreign, fc.integer({ min: 12, max: 200 }), (raw, limit) => {
        const text = escapeSlack(raw.toWellFormed());
        const pieces = splitText(text, limit);
        for (const piece of [...pieces, cutText(text, limit)]) {
          expect(piece.length).toBeLessThanOrEqual(limit);
          expect(piece.isWellFormed()).toBe(true);
          expect(piece).not.toMatch(/&(?!amp;|lt;|gt;)/);
        }
        expect(pieces.join('').replace(/[\n ]/g, '')).toBe(text.replace(/[\n ]/g, ''));
      }),
    );
  });

  it('never let foreign text call people or make a link', () => {
    const message = JSON.stringify(rootMessage(noticeOf({ title: 'x', cluster: '<!channel> @here <http://x|y>' })));
    expect(message).not.toMatch(/<!|@here|<http:/);
  });

  it('pack blocks in order', () => {
    const blocks = Array.from({ length: 120 }, () => ({ type: 'divider' as const }));
    expect(packMessages(blocks).map(({ length }) => length)).toEqual([50, 50, 20]);
  });
});
