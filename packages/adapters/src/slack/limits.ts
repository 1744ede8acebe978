/** What Slack refuses beyond: https://docs.slack.dev/reference/block-kit/blocks, and the undocumented total of one message. */
export const SLACK_LIMITS = { header: 150, section: 3000, blocks: 50, message: 12_000 } as const;

export type SlackBlock =
  | { readonly type: 'header'; readonly text: { readonly type: 'plain_text'; readonly text: string } }
  | { readonly type: 'section'; readonly text: { readonly type: 'mrkdwn'; readonly text: string } }
  | { readonly type: 'context'; readonly elements: readonly { readonly type: 'mrkdwn'; readonly text: string }[] }
  | { readonly type: 'divider' };

/** Text from outside as Slack shows it: never a mention, a link or a channel-wide call. */
export function escapeSlack(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(channel|here|everyone)/gi, '@\u200b$1');
}

/** Cut to a length in UTF-16 units with an ellipsis, never within a character or an escape. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${safeEnd(text.slice(0, limit - 1))}…`;
}

// A lone high surrogate, or the beginning of `&amp;`, at the very end.
function safeEnd(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '').replace(/&[a-z]{0,3}$/, '');
}

/** Splits text into pieces of at most `limit` units: between lines where it can, between words where it must, else anywhere. */
export function splitText(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const window = rest.slice(0, limit);
    const at = [window.lastIndexOf('\n'), window.lastIndexOf(' ')].find((index) => index > limit / 2);
    const piece = at === undefined ? safeEnd(window) : window.slice(0, at);
    pieces.push(piece);
    rest = rest.slice(piece.length).replace(/^[\n ]/, '');
  }
  if (rest !== '' || pieces.length === 0) pieces.push(rest);
  return pieces;
}

/** Packs blocks into as few messages as the limits allow, in order. */
export function packMessages(blocks: readonly SlackBlock[]): SlackBlock[][] {
  const messages: SlackBlock[][] = [];
  let current: SlackBlock[] = [];
  let size = 0;
  for (const block of blocks) {
    const length = JSON.stringify(block).length;
    if (current.length > 0 && (current.length >= SLACK_LIMITS.blocks || size + length > SLACK_LIMITS.message)) {
      messages.push(current);
      current = [];
      size = 0;
    }
    current.push(block);
    size += length;
  }
  if (current.length > 0) messages.push(current);
  return messages;
}
