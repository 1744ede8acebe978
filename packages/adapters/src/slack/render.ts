import type { Cause, Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { formatDuration } from '@headwater/core/time.ts';
import type { IncidentNotice } from '@headwater/engine/ports/notifier.ts';
import { cutText, escapeSlack, packMessages, SLACK_LIMITS, type SlackBlock, splitText } from './limits.ts';

export interface SlackMessage {
  /** What a notification on a phone shows. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

const STATUS: Readonly<Record<IncidentNotice['status'], string>> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
};

/** The root message of an incident: always its present state, edited in place. */
export function rootMessage(notice: IncidentNotice): SlackMessage {
  const title = `#${notice.number} ${notice.title}`;
  const cause = notice.diagnosis ? `*Cause* ${causeLine(notice.diagnosis.body)}` : '_Being diagnosed._';
  const link = notice.url ? `\n<${notice.url}|Open the incident>` : '';
  return {
    text: cutText(`${STATUS[notice.status]}: ${title}`, SLACK_LIMITS.section),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cutText(title, SLACK_LIMITS.header) } },
      section(stateLine(notice)),
      section(cutText(cause, SLACK_LIMITS.section - link.length) + link),
      { type: 'context', elements: [{ type: 'mrkdwn', text: cutText(placeLine(notice), SLACK_LIMITS.section) }] },
    ],
  };
}

function stateLine(notice: IncidentNotice): string {
  const since = notice.resolvedAt === null ? '' : ` after ${formatDuration(notice.resolvedAt - notice.startedAt)}`;
  const who =
    notice.status === 'acknowledged' && notice.acknowledgedBy ? ` by ${escapeSlack(notice.acknowledgedBy)}` : '';
  const alerts = `${notice.firingCount} of ${notice.alertCount} alerts firing`;
  return `*${STATUS[notice.status]}*${who}${since} · ${escapeSlack(notice.severity)} · ${alerts}`;
}

function placeLine({ cluster, namespaces }: IncidentNotice): string {
  const where = namespaces.length === 0 ? '' : ` · ${namespaces.map(escapeSlack).join(', ')}`;
  return `${escapeSlack(cluster)}${where}`;
}

function causeLine(diagnosis: Diagnosis): string {
  const [cause] = diagnosis.causes;
  const confidence = cause ? ` _(${cause.confidence.band} confidence)_` : '';
  return `${escapeSlack(diagnosis.summary)}${confidence}`;
}

/** A diagnosis for the thread, in as many messages as Slack's limits ask for; nothing is cut away. */
export function diagnosisMessages(diagnosis: Diagnosis): SlackMessage[] {
  const parts = [
    `*Diagnosis: ${diagnosis.verdict}*\n${escapeSlack(diagnosis.summary)}`,
    ...diagnosis.causes.slice(0, 3).map((cause, index) => causeText(cause, { diagnosis, index })),
    list(
      'Ruled out',
      diagnosis.ruledOut.map(({ statement }) => statement),
    ),
    list(
      'Could not be read',
      diagnosis.gaps.map(({ statement, wouldShow }) => `${statement} (would show ${wouldShow})`),
    ),
    list(
      'Suggested',
      diagnosis.remediation.map(({ statement, risk }) => `${statement} [${risk}]`),
    ),
  ];
  const blocks = parts.flatMap((part) => (part === '' ? [] : splitText(part, SLACK_LIMITS.section).map(section)));
  return packMessages(blocks).map((message) => ({
    text: cutText(escapeSlack(diagnosis.summary), SLACK_LIMITS.section),
    blocks: message,
  }));
}

function causeText(cause: Cause, { diagnosis, index }: { diagnosis: Diagnosis; index: number }): string {
  const evidence = cause.supports.flatMap((id) => {
    const item = diagnosis.evidence[id];
    return item ? [`• ${escapeSlack(item.text)}`] : [];
  });
  const head = `*${index + 1}. ${escapeSlack(formatSubject(cause.subject))}* · ${cause.category} · ${cause.confidence.band} confidence`;
  return [head, escapeSlack(cause.statement), ...evidence].join('\n');
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : [`*${title}*`, ...items.map((item) => `• ${escapeSlack(item)}`)].join('\n');
}

function section(text: string): SlackBlock {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}
