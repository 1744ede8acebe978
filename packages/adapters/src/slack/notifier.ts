import type { Millis } from '@headwater/core/time.ts';
import type { NoticeOutcome, NoticeRequest, Notifier } from '@headwater/engine/ports/notifier.ts';
import { type KnownBlock, LogLevel, WebAPIPlatformError, WebAPIRateLimitedError, WebClient } from '@slack/web-api';
import { z } from 'zod';
import { diagnosisMessages, rootMessage, type SlackMessage } from './render.ts';

export interface SlackOptions {
  readonly token: string;
  /** Channel id, such as `C0123456789`. */
  readonly channel: string;
  /** Another address than Slack's own; for proxies and tests. */
  readonly apiUrl?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

const Receipt = z.object({
  channel: z.string(),
  ts: z.string(),
  /** The analysis whose thread messages went out, and how many of them. */
  revision: z.number().default(0),
  parts: z.number().default(0),
});
type Receipt = z.infer<typeof Receipt>;

// By these the message itself or its place is at fault; sending it again changes nothing.
const HOPELESS = new Set([
  'account_inactive',
  'channel_not_found',
  'invalid_auth',
  'invalid_blocks',
  'is_archived',
  'missing_scope',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_permission',
  'not_authed',
  'not_in_channel',
  'token_expired',
  'token_revoked',
]);
const METADATA_EVENT = 'headwater_incident';
const HISTORY_PAGE = 100;

/** Tells a Slack channel: one root message per incident, edited in place, and each diagnosis in its thread. */
export function slackNotifier({ token, channel, apiUrl, timeoutMs }: SlackOptions): Notifier {
  const client = new WebClient(token, {
    ...(apiUrl ? { slackApiUrl: `${apiUrl.replace(/\/$/, '')}/` } : {}),
    timeout: timeoutMs ?? 10_000,
    // Retries are the outbox's: they must survive a restart.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // Failures are told by the outcome.
    logLevel: LogLevel.ERROR,
  });
  return {
    destination: `slack:${channel}`,
    async tell(request) {
      let receipt = Receipt.safeParse(request.receipt).data ?? null;
      try {
        receipt = await putRoot(client, channel, { request, receipt });
        for (const step of threadSteps(request, receipt)) {
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's method, not a window's
          await client.chat.postMessage({ channel: receipt.channel, thread_ts: receipt.ts, ...contents(step.message) });
          receipt = { ...receipt, revision: step.revision, parts: step.parts };
        }
        return { state: 'sent', receipt };
      } catch (error) {
        return outcomeOf(error, receipt);
      }
    },
  };
}

async function putRoot(
  client: WebClient,
  channel: string,
  { request, receipt }: { readonly request: NoticeRequest; readonly receipt: Receipt | null },
): Promise<Receipt> {
  const message = contents(rootMessage(request.notice));
  const known = receipt ?? (request.uncertain ? await findRoot(client, channel, request.notice.incidentId) : null);
  if (known) {
    await client.chat.update({ channel: known.channel, ts: known.ts, ...message });
    return known;
  }
  const metadata = { event_type: METADATA_EVENT, event_payload: { incident_id: request.notice.incidentId } };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's method, not a window's
  const posted = await client.chat.postMessage({ channel, ...message, metadata, unfurl_links: false });
  return { channel: posted.channel ?? channel, ts: posted.ts ?? '', revision: 0, parts: 0 };
}

// An attempt that ended without an answer may have posted: its message carries the incident's id.
async function findRoot(client: WebClient, channel: string, incidentId: string): Promise<Receipt | null> {
  const { messages = [] } = await client.conversations.history({
    channel,
    include_all_metadata: true,
    limit: HISTORY_PAGE,
  });
  for (const { ts, metadata } of messages) {
    const payload = new Map<string, unknown>(Object.entries(metadata?.event_payload ?? {}));
    if (ts && metadata?.event_type === METADATA_EVENT && payload.get('incident_id') === incidentId)
      return { channel, ts, revision: 0, parts: 0 };
  }
  return null;
}

interface ThreadStep {
  readonly message: SlackMessage;
  readonly revision: number;
  readonly parts: number;
}

function threadSteps({ notice }: NoticeRequest, receipt: Receipt): ThreadStep[] {
  const { diagnosis } = notice;
  if (!diagnosis || diagnosis.revision < receipt.revision) return [];
  const done = diagnosis.revision === receipt.revision ? receipt.parts : 0;
  return diagnosisMessages(diagnosis.body)
    .map((message, index) => ({ message, revision: diagnosis.revision, parts: index + 1 }))
    .slice(done);
}

function contents({ text, blocks }: SlackMessage): { text: string; blocks: KnownBlock[] } {
  return { text, blocks: blocks as KnownBlock[] };
}

function outcomeOf(error: unknown, receipt: Receipt | null): NoticeOutcome {
  if (error instanceof WebAPIRateLimitedError)
    return { state: 'retry', reason: 'Slack asks to slow down', after: seconds(error.retryAfter), receipt };
  if (error instanceof WebAPIPlatformError && HOPELESS.has(error.data.error))
    return { state: 'refused', reason: `Slack refuses: ${error.data.error}` };
  const reason = error instanceof Error ? error.message : String(error);
  return { state: 'retry', reason, after: null, receipt };
}

function seconds(count: number): Millis {
  return count * 1000;
}
