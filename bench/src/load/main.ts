import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { formatTime, MINUTE } from '@headwater/core/time.ts';
import { apiBody } from './alerts.ts';
import { drive, type Outcome } from './drive.ts';
import { type Lengths, measure, STORM, stormGroups } from './measure.ts';
import { onEmbedded, onExternal, runAndWrite, say } from './both-databases.ts';
import { startAlertmanager } from './processes.ts';

// node bench/src/load/main.ts [--seconds 15] [--storm 60] [--only embedded|external|alertmanager] [--json bench/results/server-load.json]
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    storm: { type: 'string', default: '60' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});
const lengths: Lengths = {
  closed: Number(values.seconds),
  calm: Number(values.seconds) * 2,
  storm: Number(values.storm),
};

/** What Alertmanager takes on its own API: in memory, grouped later, nothing kept through a crash. */
async function alertmanager(): Promise<Record<string, Outcome>> {
  const server = await startAlertmanager();
  const startsAt = Date.now() - 5 * MINUTE;
  const target = { origin: server.url, path: '/api/v2/alerts', headers: { 'content-type': 'application/json' } };
  const outcomes: Record<string, Outcome> = {};
  try {
    for (const [index, alerts] of [1, 10, 100].entries()) {
      const body = (n: number): string => apiBody({ group: index * 1_000_000 + n, alerts, startsAt });
      outcomes[alerts] = await drive({ target, seconds: lengths.closed, connections: 32, body });
      say(`Alertmanager, ${alerts} a request: ${JSON.stringify(outcomes[alerts])}`);
    }
    const groups = stormGroups(startsAt);
    outcomes['storm'] = await drive({ target, seconds: lengths.storm, ...STORM, body: (n) => apiBody(groups(n)) });
    say(`Alertmanager, 500 requests/s of 10: ${JSON.stringify(outcomes['storm'])}`);
    return outcomes;
  } finally {
    await server.stop();
  }
}

const head = { madeAt: formatTime(Date.now()), machine: { cores: cpus().length, model: cpus()[0]?.model }, lengths };
const runs = {
  alertmanager,
  embedded: () => onEmbedded((server) => measure(server, say, lengths)),
  external: () => onExternal((server) => measure(server, say, lengths)),
};
await runAndWrite(head, { runs, only: values.only, json: values.json });
