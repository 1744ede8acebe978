import type { SlackOptions } from '@headwater/adapters/slack/notifier.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { Notifier } from '@headwater/engine/ports/notifier.ts';
import type { Settings } from '../config/settings.ts';

/** The destinations that are configured. Throws AppError `invalid` for half a configuration. */
export function notifiersOf({ notify }: Pick<Settings, 'notify'>): readonly Notifier[] {
  const { slackToken, slackChannel, slackApiUrl } = notify;
  if (!slackToken && !slackChannel) return [];
  if (!slackToken || !slackChannel)
    throw new AppError('invalid', 'Slack needs both HEADWATER_SLACK_TOKEN and HEADWATER_SLACK_CHANNEL');
  return [lazySlack({ token: slackToken, channel: slackChannel, apiUrl: slackApiUrl })];
}

// The client takes 50 MB as it is loaded; until there is something to tell it is not needed.
function lazySlack(options: SlackOptions): Notifier {
  let opened: Promise<Notifier> | undefined;
  const open = (): Promise<Notifier> =>
    import('@headwater/adapters/slack/notifier.ts').then(({ slackNotifier }) => slackNotifier(options));
  return {
    destination: `slack:${options.channel}`,
    tell: async (request) => (await (opened ??= open())).tell(request),
  };
}
