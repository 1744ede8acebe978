import { expect, it } from 'vitest';
import { slackNotifier } from '@headwater/adapters/slack/notifier.ts';
import { fakeSlack } from '@headwater/testkit/fake-slack.ts';
import { diagnosisOf, NOW } from './test-diagnosed-incident.ts';

// kube-rca and others: more than 3,000 characters in a section or 50 blocks in a message, and Slack refused the whole notice.
it('a diagnosis of any length reaches Slack whole', async () => {
  await using slack = await fakeSlack();
  const short = await diagnosisOf('hard-cascade');
  const statement = Array.from({ length: 900 }, (_, index) => `reason${index}`).join(' ');
  const ruledOut = Array.from({ length: 120 }, (_, index) => ({
    statement: `alternative${index} ${'x'.repeat(200)}`,
    evidence: short.causes[0]?.supports ?? [],
  }));
  const body = { ...short, ruledOut, causes: short.causes.map((cause) => ({ ...cause, statement })) };
  const outcome = await slackNotifier({ token: slack.token, channel: slack.channel, apiUrl: slack.url }).tell({
    receipt: null,
    uncertain: false,
    notice: {
      incidentId: 'inc_1',
      number: 1,
      title: 'KubePodNotReady '.repeat(40),
      severity: 'critical',
      status: 'open',
      cluster: 'prod',
      namespaces: ['booking-prod'],
      startedAt: NOW,
      resolvedAt: null,
      acknowledgedBy: null,
      alertCount: 4,
      firingCount: 4,
      diagnosis: { revision: 1, body },
      url: null,
    },
  });
  // The fake refuses what Slack refuses: too many blocks, too long a section, too much in one message.
  expect(outcome.state).toBe('sent');
  const told = JSON.stringify(slack.messages);
  for (const index of [0, 450, 899]) expect(told).toContain(`reason${index}`);
  for (const index of [0, 60, 119]) expect(told).toContain(`alternative${index} `);
});
