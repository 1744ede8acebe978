import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerJson } from './fake-server.ts';

export interface SlackedMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | null;
  text: string;
  blocks: readonly Record<string, unknown>[];
  edits: number;
  readonly metadata: unknown;
}

/** What the next call meets instead of an answer, in order: a rate limit, a server error, or a connection that breaks after the work was done. */
export type SlackMishap = { readonly retryAfter: number } | 'server-error' | 'lost-answer' | null;

export interface FakeSlack extends AsyncDisposable {
  /** To be given as the API's address. */
  readonly url: string;
  readonly token: string;
  readonly channel: string;
  readonly messages: readonly SlackedMessage[];
  readonly mishaps: SlackMishap[];
}

// https://docs.slack.dev/reference/block-kit/blocks
const LIMITS = { blocks: 50, section: 3000, header: 150, message: 13_000 };

/** A Slack workspace with one channel on loopback: the Web API's wire form, its limits and its ways to fail. */
export async function fakeSlack(): Promise<FakeSlack> {
  const messages: SlackedMessage[] = [];
  const mishaps: SlackMishap[] = [];
  const [token, channel] = ['xoxb-test', 'C0TEST'];
  let clock = 1_700_000_000;
  const methods: Readonly<Record<string, (form: URLSearchParams) => Record<string, unknown>>> = {
    'chat.postMessage': (form) => {
      const ts = `${clock++}.000100`;
      const { text, blocks } = contentOf(form);
      const metadata: unknown = JSON.parse(form.get('metadata') ?? 'null');
      messages.push({ channel, ts, threadTs: form.get('thread_ts'), text, blocks, edits: 0, metadata });
      return { ok: true, channel, ts };
    },
    'chat.update': (form) => {
      const message = messages.find(({ ts }) => ts === form.get('ts'));
      if (!message) return { ok: false, error: 'message_not_found' };
      Object.assign(message, contentOf(form), { edits: message.edits + 1 });
      return { ok: true, channel, ts: message.ts };
    },
    'conversations.history': () => ({
      ok: true,
      messages: messages
        .filter(({ threadTs }) => threadTs === null)
        .map((message) => ({ type: 'message', ...message })),
    }),
  };
  const server = createServer((request, response) => void serve(request, response));
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await textOf(request));
    const mishap = mishaps.shift() ?? null;
    if (mishap === 'server-error') return answerJson(response, 500, {});
    if (mishap !== null && mishap !== 'lost-answer') {
      response.writeHead(429, { 'retry-after': String(mishap.retryAfter) }).end();
      return;
    }
    const answer = answerOf(request, form);
    if (mishap === 'lost-answer') request.socket.destroy();
    else answerJson(response, 200, answer);
  }
  function answerOf(request: IncomingMessage, form: URLSearchParams): Record<string, unknown> {
    if (request.headers.authorization !== `Bearer ${token}`) return { ok: false, error: 'invalid_auth' };
    const method = methods[(request.url ?? '').slice(1)];
    if (!method) return { ok: false, error: 'unknown_method' };
    if (form.get('channel') !== channel) return { ok: false, error: 'channel_not_found' };
    const refused = refusal(contentOf(form).blocks);
    return refused ? { ok: false, error: refused } : method(form);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    token,
    channel,
    messages,
    mishaps,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function contentOf(form: URLSearchParams): Pick<SlackedMessage, 'text' | 'blocks'> {
  return { text: form.get('text') ?? '', blocks: JSON.parse(form.get('blocks') ?? '[]') as SlackedMessage['blocks'] };
}

function refusal(blocks: SlackedMessage['blocks']): string | null {
  if (blocks.length > LIMITS.blocks) return 'invalid_blocks';
  if (JSON.stringify(blocks).length > LIMITS.message) return 'msg_blocks_too_long';
  const tooLong = blocks.some(({ type, text }) => {
    const length = typeof text === 'object' && text !== null && 'text' in text ? String(text.text).length : 0;
    return length > (type === 'header' ? LIMITS.header : LIMITS.section);
  });
  return tooLong ? 'invalid_blocks' : null;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
