import { text, url } from '../kinds.ts';
import { optional } from '../setting.ts';

/** Where people are told of incidents. */
export const notifySettings = {
  slackToken: optional({
    env: 'HEADWATER_SLACK_TOKEN',
    aliases: ['SLACK_BOT_TOKEN'],
    kind: text,
    secret: true,
    help: 'Bot token (`xoxb-...`) with `chat:write`; with `channels:history` a notice whose answer was lost is never posted twice.',
  }),
  slackChannel: optional({
    env: 'HEADWATER_SLACK_CHANNEL',
    aliases: ['SLACK_CHANNEL_ID'],
    kind: text,
    help: 'Id of the channel that is told of incidents, such as `C0123456789`.',
  }),
  slackApiUrl: optional({
    env: 'HEADWATER_SLACK_API_URL',
    kind: url,
    help: 'Address of the Slack API when a proxy stands in front of it.',
  }),
};
